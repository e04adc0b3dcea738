"""How well questions are answered, on the shipped knowledge: golden questions, and those of two independent authors.

Beside it, on the same variants and questions: rapidfuzz over whole questions, and the nearest neighbour by TF-IDF.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from adapters.settings import ROOT
from benchmarks.peers import SCORERS, ranked, rapidfuzz_likeness, tfidf_likeness
from benchmarks.questions import NOISE, answerable, noisy, right, second_questions, staff_questions
from benchmarks.reporting import heading, table
from bot.knowledge import Golden, KnowledgeBase
from bot.loading import load
from bot.matching.building import build_matcher
from bot.matching.matcher import Matcher
from bot.measuring import Figures, by_language, figures, measure

Ranker = Callable[[Sequence[Golden]], list[list[str]]]

COLUMNS = ("", "asked", "helped", "at once", "wrong", "unanswerable answered", "wrong of answered")
PROMISED = ("*to reach*", "", "≥ 93 (noisy ≥ 85)", "≥ 75", "≤ 3 (noisy ≤ 5)", "≤ 5", "≤ 3")


def main() -> None:
    knowledge = load(ROOT / "knowledge")
    matcher = build_matcher(knowledge)
    variants = sum(1 for _ in knowledge.variants())
    heading(
        "How well questions are answered",
        f"{variants} variants of {len(knowledge.topic)} entries, hand-off topics and small talk; percentages. "
        "The golden questions also set the threshold; the 400 staff questions are by another author, and their totals "
        "were watched. Half A of the second 316 showed which ways of asking were missing; their author wrote those, "
        "and nothing from half B. "
        "*Helped*: right at once, or right among the options, of what can be answered. *Wrong*: an answer to something "
        "else, of all. Noise: one slip (swap, drop, replace, double a letter) in that share of the words of more than "
        "two letters.",
    )
    sets = {
        "golden": list(knowledge.golden),
        "staff": staff_questions(),
        "second staff, A": second_questions("A"),
        "second staff, B": second_questions("B"),
    }
    for name, questions in sets.items():
        for share in (0.0, NOISE):
            asked = noisy(questions, share) if share else questions
            judged = measure(asked, knowledge, matcher)
            rows = [("all", figures(judged)), *((f"{one}", each) for one, each in by_language(judged).items())]
            table(f"{name}, {share:.0%} noisy words", COLUMNS, (*(_row(*row) for row in rows), PROMISED))
    _beside_peers(knowledge, matcher, sets)


def _row(name: str, found: Figures) -> tuple[object, ...]:
    rates = (found.helped, found.at_once, found.wrong, found.unanswerable_answered, found.wrong_of_answered)
    return (name, found.asked, *rates)


def _beside_peers(knowledge: KnowledgeBase, matcher: Matcher, sets: dict[str, list[Golden]]) -> None:
    columns = ["right first / among three", *(f"{name}, {share:.0%}" for name in sets for share in (0.0, NOISE))]
    asked = [
        answerable(noisy(questions, share) if share else questions)
        for questions in sets.values()
        for share in (0.0, NOISE)
    ]
    rows = (
        (name, *(_rates(rank(questions), questions, knowledge) for questions in asked))
        for name, rank in _rankers(knowledge, matcher)
    )
    table("Beside peers, by the ranking alone", columns, rows)


def _rankers(knowledge: KnowledgeBase, matcher: Matcher) -> Iterator[tuple[str, Ranker]]:
    texts = [variant.text for variant in knowledge.variants()]
    labels = [variant.entry for variant in knowledge.variants()]

    def own(questions: Sequence[Golden]) -> list[list[str]]:
        return [[found.entry for found in matcher.rank(item.text, item.org, 3).candidates] for item in questions]

    def alike(questions: Sequence[Golden]) -> list[list[str]]:
        scores = (matcher.model.scores(item.text).labels for item in questions)
        return [[matcher.model.labels[place] for place in (-found).argsort()[:3]] for found in scores]

    yield "**Handbok**", own
    yield "Handbok, whoever asks", alike
    yield "TF-IDF nearest variant", lambda asked: ranked(tfidf_likeness(texts), [item.text for item in asked], labels)
    for scorer in SCORERS:
        likeness = rapidfuzz_likeness(scorer, texts)
        yield (
            f"rapidfuzz {scorer}",
            lambda asked, likeness=likeness: ranked(likeness, [item.text for item in asked], labels),
        )


def _rates(found: Sequence[Sequence[str]], questions: Sequence[Golden], knowledge: KnowledgeBase) -> str:
    wanted = [right(item, knowledge) for item in questions]
    first = sum(bool(best[:1]) and best[0] in good for best, good in zip(found, wanted, strict=True))
    among = sum(not good.isdisjoint(best) for best, good in zip(found, wanted, strict=True))
    return f"{first / len(wanted) * 100:.1f} / {among / len(wanted) * 100:.1f}"


if __name__ == "__main__":
    main()
