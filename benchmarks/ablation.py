"""What each part of the matcher is worth: the shipped one, and the same with one thing changed.

Choices are made by the golden questions and by variants left out of the training; the staff questions are only shown.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from adapters.settings import ROOT
from benchmarks.questions import NOISE, answerable, noisy, right, staff_questions
from benchmarks.reporting import heading, table
from bot.knowledge import Concept, Golden, KnowledgeBase, Variant
from bot.language import Language
from bot.loading import load
from bot.matching.building import OWN, own_bonus
from bot.matching.features import Shape
from bot.matching.fitting import fit
from bot.matching.linear import Training
from bot.matching.model import Model, build

HELD = 8  # every eighth variant is left out once
Scores = NDArray[np.float32]  # by label
Scorer = Callable[[str, Language], Scores]
Trainer = Callable[[Sequence[Variant]], tuple[tuple[str, ...], Scorer]]  # variants → labels, and what scores a question


@dataclass(frozen=True)
class Ground:
    """What every configuration is measured on."""

    knowledge: KnowledgeBase
    variants: tuple[Variant, ...]
    asked: Mapping[str, Sequence[Golden]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="only the tables whose title holds one of these words")
    wanted = parser.parse_args().parts
    knowledge = load(ROOT / "knowledge")
    sets = {"golden": knowledge.golden, "staff": staff_questions()}
    asked = {
        f"{name}, {share:.0%}": answerable(noisy(each, share) if share else each)
        for name, each in sets.items()
        for share in (0.0, NOISE)
    }
    ground = Ground(knowledge, tuple(knowledge.variants()), asked)
    heading(
        "What each part of the matcher is worth",
        "Right first / among three, by the ranking alone, percentages: golden questions and 400 staff questions, plain "
        f"and with {NOISE:.0%} noisy words. *Left out*: every eighth variant, asked of a model of the others. Half a "
        "point of the golden questions is two questions: what differs by less is alike.",
    )
    columns = ("", *asked, "left out, first")
    for title, rows in tables(knowledge).items():
        if not wanted or any(word in title.casefold() for word in wanted):
            table(title, columns, ((name, *measured(ground, *how)) for name, how in rows.items()))


Configuration = tuple[Trainer, float, int | None]  # how to train, own-organisation bonus, variants a topic and language


def tables(knowledge: KnowledgeBase) -> dict[str, dict[str, Configuration]]:
    """Every configuration, by table."""

    def one(
        own: float = OWN, most: int | None = None, lexicon: Sequence[Concept] = (), **changed: object
    ) -> Configuration:
        return partial(one_index, lexicon=lexicon, **changed), own, most

    shape, how = Shape(), Training()
    return {
        "As shipped": {"as shipped": one()},
        "One index over all languages, or one each": {
            "one over all": one(),
            "one each, the language being told": (partial(one_each, guessed=False), OWN, None),
            "one each, the language being guessed": (partial(one_each, guessed=True), OWN, None),
        },
        "The lexicon's share": {
            f"concepts {share:g}": one(lexicon=knowledge.lexicon, shape=replace(shape, concepts=share))
            for share in (0.0, 0.15, 0.3, 0.5)
        },
        "The head, at 20 variants a topic and language": {
            "separators": one(most=20),
            "kernel ridge, ½c + ½c², λ 0.3": (ridge, OWN, 20),
        },
        "Bonus for what the own organisation answers": {f"{own:g}": one(own=own) for own in (0.0, 0.1, 0.15, 0.2, 0.3)},
        "Features": {
            "as shipped": one(),
            "without what stands near what": one(shape=replace(shape, near=0.0)),
            **{f"near {share:g}": one(shape=replace(shape, near=share)) for share in (0.2, 0.6)},
            **{f"words {share:g}": one(shape=replace(shape, words=share)) for share in (0.3, 0.8)},
            "without character n-grams": one(shape=replace(shape, characters=0.0)),
            **{f"columns from {least} variants on": one(shape=replace(shape, least=least)) for least in (1, 3, 4)},
            **{f"unseen features {mass:g}": one(shape=replace(shape, unseen=mass)) for mass in (0.0, 0.5, 1.5)},
            "typos not expanded": one(typos=False),
        },
        "Training": {
            **{
                f"own variants {own:g} times as dear": one(training=replace(how, own=own))
                for own in (1.0, 3.0, 10.0, 30.0)
            },
            **{f"cost {cost:g}": one(training=replace(how, cost=cost)) for cost in (0.1, 1.0, 2.0)},
            **{
                f"gradients {steps}": one(training=replace(how, gradients=steps))
                for steps in ((5, 6), (3, 4, 5), (6,) * 5, (12,) * 8)
            },
        },
        "Variants a topic and language": {f"{most or 'all'}": one(most=most) for most in (5, 10, 20, 40, None)},
    }


def one_index(
    variants: Sequence[Variant],
    lexicon: Sequence[Concept] = (),
    shape: Shape | None = None,
    training: Training | None = None,
    typos: bool = True,
) -> tuple[tuple[str, ...], Scorer]:
    texts, labels = [variant.text for variant in variants], [variant.entry for variant in variants]
    languages = [variant.language for variant in variants]
    model = build(texts, labels, languages=languages, lexicon=lexicon, shape=shape, training=training)
    if not typos:
        model.features.typos.expand = lambda _: ()  # type: ignore[assignment]
    return model.labels, lambda text, _: model.scores(text).labels


def one_each(variants: Sequence[Variant], guessed: bool) -> tuple[tuple[str, ...], Scorer]:
    """An index for each language; ``guessed``: which one to ask, the whole index tells."""
    labels = tuple(dict.fromkeys(variant.entry for variant in variants))
    models: dict[Language, Model] = {}
    for language in Language:
        own = [variant for variant in variants if variant.language is language]
        models[language] = build([variant.text for variant in own], [variant.entry for variant in own])
    every = [variant.language for variant in variants]
    whole = build([variant.text for variant in variants], [variant.entry for variant in variants], languages=every)

    def scores(text: str, language: Language) -> Scores:
        if guessed:
            language = whole.languages[int(whole.scores(text).languages.argmax())]
        known = dict(zip(models[language].labels, models[language].scores(text).labels, strict=True))
        return np.array([known.get(label, -1.0) for label in labels], np.float32)

    return labels, scores


def ridge(variants: Sequence[Variant]) -> tuple[tuple[str, ...], Scorer]:
    """Kernel ridge regression on the same features."""
    labels = tuple(dict.fromkeys(variant.entry for variant in variants))
    features, rows = fit([variant.text for variant in variants], Shape())
    truth = np.array([[variant.entry == label for label in labels] for variant in variants], np.float32)
    alike = (rows @ rows.T).toarray()
    kernel = alike / 2 + alike**2 / 2 + 0.3 * np.eye(len(variants), dtype=np.float32)
    weights = linalg.solve(kernel, truth, assume_a="pos", overwrite_a=True)
    columns = rows.T.tocsr()

    def scores(text: str, _: Language) -> Scores:
        vector = features.vector(text)
        near = vector.values @ columns[vector.columns]
        return np.asarray((near / 2 + near**2 / 2) @ weights, np.float32)

    return labels, scores


def measured(ground: Ground, train: Trainer, own: float, most: int | None) -> Iterator[str]:
    """The rates on every set of questions, then on left-out variants."""
    used = list(_first(ground.variants, most))
    labels, score = train(used)
    bonus = {name: each * (own / OWN) for name, each in own_bonus(ground.knowledge, labels).items()}
    for questions in ground.asked.values():
        wanted = [right(item, ground.knowledge) for item in questions]
        found = [score(item.text, item.language) + bonus[item.org] for item in questions]
        best = [[labels[place] for place in np.argsort(-each, kind="stable")[:3]] for each in found]
        first = np.mean([row[0] in good for row, good in zip(best, wanted, strict=True)])
        among = np.mean([not good.isdisjoint(row) for row, good in zip(best, wanted, strict=True)])
        yield f"{first * 100:.1f} / {among * 100:.1f}"
    labels, score = train([variant for place, variant in enumerate(used) if place % HELD])
    held = used[::HELD]
    hits = [labels[int(score(variant.text, variant.language).argmax())] == variant.entry for variant in held]
    yield f"{np.mean(hits) * 100:.1f}"


def _first(variants: Sequence[Variant], most: int | None) -> Iterator[Variant]:
    """The first ``most`` variants of each topic and language."""
    seen: Counter[tuple[str, Language]] = Counter()
    for variant in variants:
        seen[variant.entry, variant.language] += 1
        if most is None or seen[variant.entry, variant.language] <= most:
            yield variant


if __name__ == "__main__":
    main()
