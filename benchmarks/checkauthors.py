"""Example drafts of each author, reviewed with a second opinion that was learnt from the other authors' alone.

The rules and the cues had seen some of these drafts, the opinion none: what a stranger's set will show lies at or below
these figures, and they need no set kept aside. ``python -m benchmarks checkpost --authors``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from rich.table import Table

from benchmarks import checkset
from bot.language import Language
from bot.review import Review, Rulebook
from bot.review.opinion import Labelled, Lessons, learn

Reviewing = Callable[[str, str, Rulebook], Review]  # the draft, whose staff writes, the rules


def by_author(rules: Rulebook, lessons: Lessons, names: tuple[str, ...], reviewed: Reviewing) -> Iterator[Table]:
    """A table an author by rule and language, then all drafts together, each judged by an opinion of the others."""
    everything: list[tuple[checkset.Draft, checkset.Said]] = []
    for place, (name, author) in enumerate(zip(names, lessons.authors, strict=True)):
        others = replace(lessons, authors=(*lessons.authors[:place], *lessons.authors[place + 1 :]))
        book = replace(rules, opinion=learn(others))
        told = [(draft, checkset.said(reviewed(draft["text"], draft["org"], book))) for draft in map(_draft, author)]
        everything += told
        yield from checkset.tables(f"{name}, unseen", _counted(told), {})
    yield from checkset.tables("all, each unseen", _counted(everything), {})


def _counted(told: list[tuple[checkset.Draft, checkset.Said]]) -> checkset.Counted:
    answers = iter([said for _, said in told])
    return checkset.count([draft for draft, _ in told], lambda _: next(answers))


def _draft(labelled: Labelled) -> dict[str, Any]:
    home = "malmo" if labelled.language is Language.SV else "oslomet"
    rules = list(labelled.rules)
    return {
        "text": labelled.text,
        "org": home,
        "lang": labelled.language.value,
        "must": rules,
        "mustnot": [],
        "clean": not rules,
    }
