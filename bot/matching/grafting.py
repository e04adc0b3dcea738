"""A few more variants in a fraction of the training's time, so that what was learned is known at once.

Separators do not depend on one another: labels whose own variants changed are trained anew over all variants, and all
others stay as they are. (To train besides those that come nearest to winning the new variants makes these a little
surer, and blocks four times as many proposals by what it does to golden questions. To lead weights on from where they
stood does, too: the training stops early, and would be led on past its end.) New words get columns; how rare the known
ones are, and what else has a column, stays as it was until the next training.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.knowledge import EntryId, KnowledgeBase, Variant
from bot.language import Language
from bot.matching.building import own_bonus
from bot.matching.features import Features, Ints, concepts_of
from bot.matching.few import Few, few_head, few_labels, sampled
from bot.matching.fitting import concept_words, fit
from bot.matching.linear import Training, train
from bot.matching.matcher import Matcher
from bot.matching.model import Model
from bot.matching.scope import raising
from bot.matching.text import grams, tokens


@dataclass(frozen=True)
class Basis:
    """A matcher with what it was trained on. ``rows``: the variants over the matcher's columns."""

    matcher: Matcher
    knowledge: KnowledgeBase
    rows: sparse.csr_array
    owners: NDArray[np.str_]  # whose each row is
    spans: Mapping[EntryId, tuple[int, int]]  # where each topic's rows stand


def basis(knowledge: KnowledgeBase, matcher: Matcher) -> Basis:
    """What ``matcher`` was trained on, which must be ``knowledge``. ValueError where it was something else."""
    variants = list(knowledge.variants())
    features, rows = fit([variant.text for variant in variants], matcher.model.features.shape, knowledge.lexicon)
    if features.width != matcher.model.features.width:
        raise ValueError("the matcher was trained on other variants than these")
    sizes = [sum(len(topic.questions[language]) for language in Language) for topic in knowledge.topic.values()]
    ends = np.cumsum([0, *sizes]).tolist()
    spans = {name: (ends[place], ends[place + 1]) for place, name in enumerate(knowledge.topic)}
    return Basis(matcher, knowledge, rows, np.array([variant.entry for variant in variants]), spans)


def graft(on: Basis, knowledge: KnowledgeBase) -> Matcher:
    """The matcher of ``knowledge``, which differs from what ``on`` was trained on by some variants or topics.

    The calibration stays as it was: the promise was measured on the questions that the basis knew.
    """
    added, kept = _changes(on, knowledge)
    features, moved = widen(on.matcher.model.features, [variant.text for variant in added], knowledge)
    model = _labelled(on.matcher.model, features, moved, knowledge)
    few = on.matcher.few
    if added or not kept.all():
        before, fresh = _moved(on.rows, moved, features.width), _rows(features, added)
        rows = sparse.csr_array(sparse.vstack([before[kept], fresh], format="csr"))
        owners = np.array([*on.owners[kept], *(variant.entry for variant in added)])
        own = {*on.owners[~kept].tolist(), *(variant.entry for variant in added)}
        _train(model, rows, owners, [label for label in model.labels if label in own])
        few = _few(model, rows, owners)
    old = on.matcher
    ways = old.ways.with_added(added, knowledge.lexicon) if old.ways else None
    bonus = own_bonus(knowledge, model.labels)
    raised = raising(old.scope, knowledge, model.labels) if old.scope else None
    return Matcher(model, old.calibration, bonus, old.alike, ways, old.look, few, old.scope, raised, old.judge)


def _few(model: Model, rows: sparse.csr_array, owners: NDArray[np.str_]) -> Few | None:
    few = few_labels(owners.tolist())
    if not few:
        return None
    some = sampled(owners.tolist())
    scores = rows[some] @ model.weights[:-1, : len(model.labels)] + model.weights[-1, : len(model.labels)]
    return few_head(model.labels, few, np.asarray(scores, np.float32), owners[some].tolist())


def _changes(on: Basis, knowledge: KnowledgeBase) -> tuple[list[Variant], NDArray[np.bool_]]:
    """The variants that are new, and which of the old rows stay."""
    kept = np.ones(len(on.owners), np.bool_)
    added: list[Variant] = []
    for name in {**on.knowledge.topic, **knowledge.topic}:
        old, new = on.knowledge.topic.get(name), knowledge.topic.get(name)
        if old and new and (old.questions is new.questions or old.questions == new.questions):
            continue
        had, has = list(_variants(on.knowledge, name)), list(_variants(knowledge, name))
        stays = set(has)
        kept[slice(*on.spans.get(name, (0, 0)))] = [variant in stays for variant in had]
        added += [variant for variant in has if variant not in set(had)]
    return added, kept


def _variants(knowledge: KnowledgeBase, name: EntryId) -> Iterator[Variant]:
    """In the order of ``KnowledgeBase.variants``; none of what there is not."""
    if topic := knowledge.topic.get(name):
        for language in Language:
            yield from (Variant(name, language, text) for text in topic.questions[language])


def widen(features: Features, texts: Sequence[str], knowledge: KnowledgeBase) -> tuple[Features, Ints]:
    """The features with columns for the words in ``texts`` that have none, and where each old column went."""
    read = [set(tokens(text)) for text in texts]
    fresh = [word for word in dict.fromkeys(chain.from_iterable(map(tokens, texts))) if word not in features.place]
    seen = np.array([sum(word in words for words in read) for word in fresh], np.int64)
    old, new = len(features.words), len(features.words) + len(fresh)
    pairs, order = _renumbered(features.pairs, old, new)
    moved = np.arange(features.width) + len(fresh)
    moved[:old] = np.arange(old)
    moved[old : old + len(pairs)] = new + order
    idf = np.empty(features.width + len(fresh), features.idf.dtype)
    documents = 2 * math.exp(features.unknown - 1)  # one more than the variants that the features were fitted on
    idf[moved], idf[old:new] = features.idf, np.log(documents / (1 + seen)) + 1
    found = [grams(word) for word in fresh]
    columns = [[features.gram_column[gram] for gram in word if gram in features.gram_column] for word in found]
    lost = [len(every) - len(known) for every, known in zip(found, columns, strict=True)]
    exact, _ = concept_words(knowledge.lexicon if features.concept_rows.shape[1] else ())
    widened = replace(
        features,
        words=[*features.words, *fresh],
        frequencies=np.concatenate([features.frequencies, seen]),
        pairs=pairs,
        gram_rows=_below(features.gram_rows, columns),
        gram_lost=np.concatenate([features.gram_lost, np.array(lost, np.float32)]),
        concept_rows=_below(features.concept_rows, [concepts_of(word, exact, features.stems) for word in fresh]),
        idf=idf,
    )
    return widened, moved


def _renumbered(pairs: Ints, old: int, new: int) -> tuple[Ints, Ints]:
    """The keys of ``pairs`` once there are ``new`` words rather than ``old``, sorted, and where each went.

    The mark of a question's beginning and end has the number after the last word's.
    """
    first, second = np.divmod(pairs, old + 1)
    keys = np.where(first == old, new, first) * (new + 1) + np.where(second == old, new, second)
    order = np.argsort(keys)
    return keys[order], np.argsort(order)


def _below(matrix: sparse.csr_array, rows: Sequence[Sequence[int]]) -> sparse.csr_array:
    """``matrix`` with counted ``rows`` of columns below."""
    found = np.zeros((len(rows), matrix.shape[1]), matrix.dtype)
    for row, columns in enumerate(rows):
        np.add.at(found[row], list(columns), 1)
    return sparse.csr_array(sparse.vstack([matrix, sparse.csr_array(found)], format="csr"))


def _moved(rows: sparse.csr_array, moved: Ints, width: int) -> sparse.csr_array:
    columns = moved.astype(rows.indices.dtype)[rows.indices]
    return sparse.csr_array((rows.data, columns, rows.indptr), shape=(rows.shape[0], width))


def _rows(features: Features, variants: Sequence[Variant]) -> sparse.csr_array:
    vectors = [features.vector(variant.text) for variant in variants]
    ends = np.cumsum([0, *(len(vector.columns) for vector in vectors)])
    columns = np.concatenate([np.zeros(0, np.int64), *(vector.columns for vector in vectors)])
    values = np.concatenate([np.zeros(0, np.float32), *(vector.values for vector in vectors)])
    return sparse.csr_array((values, columns, ends), shape=(len(variants), features.width))


def _labelled(old: Model, features: Features, moved: Ints, knowledge: KnowledgeBase) -> Model:
    """The old weights under the new columns and labels; new labels have none yet."""
    labels = tuple(
        name for name, topic in knowledge.topic.items() if any(topic.questions[language] for language in Language)
    )
    place = {label: column for column, label in enumerate(labels)}
    into = [place[label] for label in old.labels if label in place]
    into += range(len(labels), len(labels) + len(old.languages))
    stay = [column for column, label in enumerate(old.labels) if label in place]
    stay += range(len(old.labels), old.weights.shape[1])
    weights = np.zeros((features.width + 1, len(labels) + len(old.languages)), np.float32)
    weights[np.ix_([*moved.tolist(), features.width], into)] = old.weights[:, stay]
    return Model(labels, old.languages, features, weights)


def _train(model: Model, rows: sparse.csr_array, owners: NDArray[np.str_], labels: Sequence[str]) -> None:
    if labels:
        columns = [model.labels.index(label) for label in labels]
        model.weights[:, columns] = train(rows, owners[:, None] == np.array(labels), Training())
