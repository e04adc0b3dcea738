"""Question → ranked entries with probabilities.

``text`` folds and splits; ``features`` (fitted by ``fitting``, typos read by ``typos``, word meeting word in ``near``)
makes sparse vectors;
``linear`` trains the separators that ``model`` scores with; ``confidence`` turns scores into probabilities and the
promise into a threshold; ``crossfit`` gives it material where there are no golden questions; ``matcher`` joins them for
a knowledge base, ``stored`` keeps them, and ``evaluation`` measures any labelled set.
"""
