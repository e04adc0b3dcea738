"""The trained model: a question's score for every label, the language it is written in, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.knowledge import Concept
from bot.language import Language
from bot.matching.features import Features, Shape, Vector
from bot.matching.fitting import fit
from bot.matching.linear import Training, train_columns

Floats = NDArray[np.float32]

# Variants: with fewer, a bias learnt for each label says that unknown words belong to the label that has the most of
# them, and an n-gram that stands once is worth a column. One bias for all: on HINT3 (Arora et al. 2020) the AUROC of
# in scope against out of scope was 78 → 89, 84 → 87 and 79 → 80.
SMALL = 1500


@dataclass(frozen=True)
class Scores:
    """Of one question. ``labels``: raw scores by label, about −1 to 1; ``languages``: the same for languages."""

    labels: Floats
    languages: Floats
    vector: Vector


@dataclass(frozen=True)
class Contribution:
    """How much one feature adds to a label's score."""

    feature: str
    weight: float


@dataclass(frozen=True)
class Model:
    """Features and separators. ``weights``: columns + 1 × (labels, then languages); the last row is the bias."""

    labels: tuple[str, ...]
    languages: tuple[Language, ...]
    features: Features
    weights: Floats

    def scores(self, text: str) -> Scores:
        vector = self.features.vector(text)
        found = vector.values @ self.weights[vector.columns] + self.weights[-1]
        return Scores(found[: len(self.labels)], found[len(self.labels) :], vector)

    def explain(self, vector: Vector, label: int, most: int = 8) -> tuple[Contribution, ...]:
        """The features that carried ``label``'s score, strongest first."""
        added = vector.values * self.weights[vector.columns, label]
        strongest = np.argsort(-np.abs(added), kind="stable")[:most]
        return tuple(
            Contribution(self.features.describe(int(vector.columns[place])), float(added[place])) for place in strongest
        )


def build(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    languages: Sequence[Language] = (),
    lexicon: Iterable[Concept] = (),
    shape: Shape | None = None,
    training: Training | None = None,
) -> Model:
    """A model of ``texts``, each with its label and, where given, its language. Labels stand as they first appear."""
    names = tuple(dict.fromkeys(labels))
    place = {name: column for column, name in enumerate(names)}
    spoken = tuple(language for language in Language if language in set(languages))
    small = len(texts) < SMALL
    features, rows = fit(texts, shape or (Shape(least=1) if small else Shape()), lexicon)
    belongs = np.zeros((len(texts), len(names) + len(spoken)), np.bool_)
    belongs[np.arange(len(texts)), [place[label] for label in labels]] = True
    for column, language in enumerate(spoken, start=len(names)):
        belongs[:, column] = [language == written for written in languages]
    columns = sparse.csr_array(rows.T.tocsr())
    del rows  # half of the memory that many variants need
    return Model(
        names, spoken, features, train_columns(columns, belongs, training or Training(bias=-1.0 if small else None))
    )
