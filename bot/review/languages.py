"""What a draft is written in: the four dictionaries vote, frequent words break ties and tell other languages apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.knowledge import Organisation
from bot.language import NORWEGIAN, Language
from bot.review.marks import Marks, Span
from bot.review.spelling import Speller
from bot.review.words import Word, Words

_SAMPLE = 300  # words that vote
_SURE = 0.9  # of the words known: one of the four, whatever frequent words it shares with others
_ENOUGH = 0.55  # of the words must be known for a language to be one of the four
_FREQUENT = 0.25  # what frequent words weigh beside the dictionaries; without these they weigh 1
_HOME = 0.35  # of a word: what the organisation's own language is ahead, so that it wins ties
_KIN = 0.3  # the same for Bokmål where the organisation writes Nynorsk, and the reverse
_ABROAD = 0.05  # for Bokmål elsewhere: Norwegian written in Sweden is mostly that
_LEAD = 0.2  # by which a paragraph's language must be ahead of the draft's
MIN_WORDS = 4  # fewer say little


@dataclass(frozen=True)
class Voters:
    """Who votes: the dictionaries, the frequent words, and the organisation where there is a tie."""

    speller: Speller | None
    words: Words
    organisation: Organisation

    @property
    def sure(self) -> bool:
        """Whether all four languages have a dictionary; the votes of fewer would be unfair."""
        return self.speller is not None and not self.speller.missing


def draft_language(tokens: Sequence[Word], voters: Voters) -> Language | None:
    """The draft's language; None for one that is not among the four. Too short to tell: the organisation's."""
    sample = _sample(tokens)
    if not sample:
        return voters.organisation.language
    scores = _scores(sample, voters)
    best = max(scores, key=lambda language: scores[language])
    if len(sample) >= MIN_WORDS and _is_other(sample, best, voters):
        return None
    return best if scores[best] > _HOME / len(sample) else voters.organisation.language


def paragraph_languages(
    tokens: Sequence[Word], marks: Marks, main: Language | None, voters: Voters
) -> tuple[tuple[Span, Language | None], ...]:
    """Each paragraph with its language: the draft's, unless the paragraph is clearly in another."""
    found: list[tuple[Span, Language | None]] = []
    index = 0
    for span in marks.paragraphs:
        first = index
        while index < len(tokens) and tokens[index].start < span[1]:
            index += 1
        sample = _sample(tokens[first:index])
        found.append((span, _paragraph(sample, main, voters)))
    return tuple(found)


def _paragraph(sample: Sequence[str], main: Language | None, voters: Voters) -> Language | None:
    if len(sample) < MIN_WORDS:
        return main
    scores = _scores(sample, voters)
    best = max(scores, key=lambda language: scores[language])
    if main is not None and scores[best] - scores[main] < _LEAD:
        return main
    return None if _is_other(sample, best, voters) else best


def _sample(tokens: Sequence[Word]) -> list[str]:
    """The words that vote, in lower case: no names, which are the same in every language."""
    plain = [word.text.lower() for word in tokens[:_SAMPLE] if word.opens or not word.text[0].isupper()]
    return plain or [word.text.lower() for word in tokens[:_SAMPLE]]


def _scores(sample: Sequence[str], voters: Voters) -> dict[Language, float]:
    """How well each language explains the words, 0 to a little above 1."""
    own = voters.organisation.language
    home = dict.fromkeys(NORWEGIAN, _KIN) if own in NORWEGIAN else {Language.NB: _ABROAD}
    home[own] = _HOME
    weight = _FREQUENT if voters.sure else 1.0
    return {
        language: _known(sample, language, voters)
        + weight * _hits(sample, language.value, voters.words) / len(sample)
        + home.get(language, 0.0) / len(sample)
        for language in Language
    }


def _known(sample: Sequence[str], language: Language, voters: Voters) -> float:
    """The share of the words in the dictionary; 0 for all while one of the four lacks its dictionary."""
    if voters.speller is None or not voters.sure:
        return 0.0
    return sum(voters.speller.knows(word, language) for word in sample) / len(sample)


def _hits(sample: Sequence[str], code: str, words: Words) -> int:
    return sum(word in words.frequent[code] for word in sample)


def _is_other(sample: Sequence[str], best: Language, voters: Voters) -> bool:
    """Whether the words belong to none of the four: another's frequent words lead, or too few are known."""
    frequent = voters.words.frequent
    hits = _hits(sample, best.value, voters.words)
    others = (_hits(sample, code, voters.words) for code in frequent if code not in set(Language))
    lead = max(others, default=0) - max(hits, 1)
    if not voters.sure:
        return lead > 0
    known = _known(sample, best, voters)
    return (lead > 1 and known < _SURE) or known + 0.1 * bool(hits) < _ENOUGH
