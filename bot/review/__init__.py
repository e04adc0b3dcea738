"""/checkpost: a draft in, findings out. Pure and synchronous; everything that it knows stands in ``knowledge/``.

A review goes through these rooms, in this order::

    rules.py       what a rule in knowledge/rules/*.yaml may say            → Rule, Platform, Question
    loading.py     reads and cross-checks them, with path:line              → Rulebook
    patterns.py    tokens → one linear pattern a rule and language
    text.py        the draft made comparable, every place traced back       → Text
    marks.py       sentences, quotations, links, mentions, hashtags
    languages.py   what each paragraph is written in, by the dictionaries' vote
    spelling.py    the speller; dictionaries.py finds and loads Hunspell's; compounds.py takes words apart
    lexical.py     tokens, swaps, exceptions, contexts, quotations, negations
    together.py    cues that mean something only beside each other
    detectors.py   which rule has code of its own:
                   personal/ (numbers, contacts, people) · tone.py · accessible.py · craft.py · words.py · platforms.py
    masking.py     personal data out of everything that is shown
    pictures.py    what a picture's file gives away: place, time, maker
    findings.py    Finding, Review, Severity
    engine.py      all of it in order: review()
    selecting.py   merges overlaps, orders, picks the ten that are shown
    mending.py     the safe mends → Review.improved
    explaining.py  a rule as data, for ``explain``; examples.py runs every rule's own examples

Two kinds of place are never mixed: *places* are code points of the draft as it was given; *spots* are characters of
``Text.cased`` and ``Text.lower``. Detectors look at spots and hand out places.
"""

from bot.review.engine import cover, review
from bot.review.examples import failing_examples
from bot.review.explaining import Explanation, explain, listing
from bot.review.findings import Asking, Finding, Review, Severity, Verdict
from bot.review.loading import load_rules
from bot.review.pictures import Shown, look, picture_notes
from bot.review.platforms import count, find_platform
from bot.review.rulebook import Rulebook
from bot.review.rules import Platform, Rule
from bot.review.spelling import Speller, find_speller

__all__ = [
    "Asking",
    "Explanation",
    "Finding",
    "Platform",
    "Review",
    "Rule",
    "Rulebook",
    "Severity",
    "Shown",
    "Speller",
    "Verdict",
    "count",
    "cover",
    "explain",
    "failing_examples",
    "find_platform",
    "find_speller",
    "listing",
    "load_rules",
    "look",
    "picture_notes",
    "review",
]
