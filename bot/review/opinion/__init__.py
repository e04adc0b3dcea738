"""A second opinion that is learnt: what a draft may be about that no rule has words for.

::

    labelled.py   example drafts, each with what its author should think of; many are only near a problem
    training.py   separators and thresholds from those                             → Opinion
    judging.py    Opinion.of(draft): the themes to ask about, likeliest first, and whether all sounds harmless
    stored.py     an Opinion as arrays and back

It never finds, and never stops: it chooses which question of knowledge/rules/material/questions.yaml is put to the
author, and holds back those that a cue alone would ask of a harmless draft. Whether anything is wrong is one
separator's matter and what it is the others': the first is far surer than any of these. Whole drafts are judged:
sentence by sentence it was wrong more often, as what gives a person away stands in one sentence and who it is in
another. Thresholds come from authors that the separators had not seen.
"""

from bot.review.opinion.judging import Opinion, View
from bot.review.opinion.labelled import THEMES, Labelled, Lessons, Told
from bot.review.opinion.training import learn

__all__ = ["THEMES", "Labelled", "Lessons", "Opinion", "Told", "View", "learn"]
