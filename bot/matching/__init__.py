"""Question → ranked entries with probabilities.

``text`` folds and splits; ``features`` (fitted by ``fitting``, typos read by ``typos``, word meeting word in ``near``)
makes sparse vectors; ``linear`` trains the separators that ``model`` scores with; ``confidence`` turns scores into
probabilities and the promise into a threshold; ``crossfit`` gives it material where there are no golden questions.
``scope``, over the ``sentences`` of people who never read the knowledge, hears which sections a question asks for;
``second`` looks again at what ranks first, compared by ``ways``, fitted by ``logistic``; ``clauses`` parts a message;
``pairs`` tells what two messages have in common, and ``judge`` whether they ask for the same;
``few`` raises what has few ways of asking; ``grafting`` adds some to a trained matcher.
``matcher`` joins them into a ``ranking``; ``building`` makes it of a knowledge base, and ``stored`` keeps it.
``evaluation`` measures any labelled set.
"""
