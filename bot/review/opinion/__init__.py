"""A second opinion that is learnt: what a draft may be about that no rule has words for.

::

    labelled.py   example drafts, each with what its author should think of; many are only near a problem
    training.py   separators and thresholds from those                             → Opinion
    judging.py    Opinion.of(draft): the themes to ask about, surest first, or none
    stored.py     an Opinion as arrays and back

It never finds, and never stops: it chooses which question of knowledge/rules/material/questions.yaml is put to the
author. Whole drafts are judged: sentence by sentence it was wrong far more often, as what gives a person away stands
in one sentence and who it is in another.
"""

from bot.review.opinion.judging import Opinion
from bot.review.opinion.labelled import THEMES, Labelled
from bot.review.opinion.training import Told, learn

__all__ = ["THEMES", "Labelled", "Opinion", "Told", "learn"]
