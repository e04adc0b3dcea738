"""What is fitted on many sentences at once is what a single one is turned into later."""

from __future__ import annotations

import numpy as np
import pytest

from bot.knowledge import KnowledgeBase
from bot.matching.corpus import LEAST, Corpus, take_apart
from bot.matching.fitting import concept_words
from bot.matching.sentences import words_of

Dense = np.typing.NDArray[np.float32]
SOME = slice(0, 2000, 7)


@pytest.fixture(scope="module")
def sentences(knowledge: KnowledgeBase) -> list[list[str]]:
    return [words_of(asked.text) for asked in knowledge.calibration[SOME]]


@pytest.fixture(scope="module")
def corpus(sentences: list[list[str]], knowledge: KnowledgeBase) -> Corpus:
    return take_apart(sentences, *concept_words(knowledge.cues))


def test_a_row_is_what_the_sentence_is_turned_into(corpus: Corpus, sentences: list[list[str]]) -> None:
    columns, rows = corpus.fit()
    assert corpus.count == len(sentences) > 100
    for place, words in enumerate(sentences):
        assert rows[[place]].toarray()[0] == pytest.approx(
            _dense(*columns.vector(words), len(columns.column)), abs=1e-6
        )


def test_columns_are_fitted_on_the_chosen_alone(corpus: Corpus, sentences: list[list[str]]) -> None:
    chosen = np.arange(corpus.count) % 3 > 0
    columns, rows = corpus.fit(chosen)
    seen = {f"w{word}" for words, taken in zip(sentences, chosen, strict=True) if taken for word in words}
    named = {name for name in columns.column if name.startswith("w")}
    assert named < seen
    left_out = next(place for place, taken in enumerate(chosen) if not taken)
    alone = rows[[left_out]].toarray()[0]
    assert alone == pytest.approx(_dense(*columns.vector(sentences[left_out]), len(columns.column)), abs=1e-6)


def test_what_stands_in_too_few_sentences_gets_no_column(knowledge: KnowledgeBase) -> None:
    twice, once = ["vi", "deler", "innlegget"], ["ukjuk", "zappo"]
    columns, rows = take_apart([twice] * LEAST + [once], {}, {}).fit()
    assert {"wvi", "pvi deler", "bdeler"} <= set(columns.column)
    assert not {f"w{word}" for word in once} & set(columns.column)
    assert rows[[LEAST]].nnz == 0


def test_nothing_is_a_corpus_too() -> None:
    columns, rows = take_apart([[], []], {}, {}).fit()
    assert (rows.shape, columns.column) == ((2, 0), {})


def _dense(columns: np.typing.NDArray[np.int64], values: Dense, many: int) -> Dense:
    found = np.zeros(many, np.float32)
    found[columns] = values
    return found
