"""Whether two messages ask for the same: ``python -m benchmarks pairs``.

Each author's pairs (knowledge/pairs) are judged by a judge that was fitted, and its threshold set, on those of the
others. *Joined*: in the same words, so that nobody is asked. *Offered*: communications is asked. *Unrelated*: messages
of one author that have nothing to do with each other. Then a queue: a message is compared with OPEN that wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.reporting import machine
from bot.joining import surely
from bot.knowledge import KnowledgeBase, Pair
from bot.loading import load
from bot.matching.building import build_matcher
from bot.matching.judge import Examples, Judge, examples, fit_judge
from bot.matching.matcher import Matcher
from bot.matching.pairs import compare, gist
from bot.needs import rows_of

OPEN = 30  # messages that wait
BEFORE = 0.4  # cosine of bot/needs.py from which pairs were offered before there was a judge


def main() -> None:
    knowledge = load(Path(__file__).parent.parent / "knowledge")
    matcher = build_matcher(knowledge)
    found = examples(matcher, knowledge.pairs)
    judges = {
        author: fit_judge(found.only(found.authors != author)) for author in dict.fromkeys(found.authors.tolist())
    }
    print(f"# Pairs of messages\n\n{machine()}\n{__doc__.split(':', 1)[1].split('.', 1)[1].strip()}\n")
    print("| by | joined: same, different | offered: same | different | same, two languages | unrelated |")
    print("|---|---:|---:|---:|---:|---:|")
    for author, judge in judges.items():
        if judge:
            print(_line(author, judge, found, knowledge, matcher))
    print(_before(knowledge.pairs, matcher))
    print(f"\n## A queue of {OPEN}\n")
    print("| by | the same waits: it is offered | another is | the same does not wait: another is offered |")
    print("|---|---:|---:|---:|")
    for author, judge in judges.items():
        own = [each for each in knowledge.pairs if each.author == author and not each.retold]
        if judge and own:
            print(_queue(author, judge, own, matcher))


def _line(author: str, judge: Judge, found: Examples, knowledge: KnowledgeBase, matcher: Matcher) -> str:
    pairs = [each for each in knowledge.pairs if each.author == author]
    own = found.authors == author
    odds = found.columns[own] @ np.array(judge.weights[:-1]) + judge.weights[-1]
    offered = 1 / (1 + np.exp(-odds)) >= judge.offer_at
    chance = offered[~found.labelled[own]]
    offered = offered[found.labelled[own]]
    same = np.array([each.same for each in pairs])
    across = np.array([len(set(each.languages)) == 2 for each in pairs])
    joined = np.array([surely(each.a, each.b, matcher.model) for each in pairs])
    said = [
        author,
        f"{joined[same].sum()} of {same.sum()}, {joined[~same].sum()} of {(~same).sum()}",
        _share(offered[same]),
        _share(offered[~same]),
        _share(offered[same & across]),
        f"{chance.mean():.1%}" if len(chance) else "–",
    ]
    return f"| {' | '.join(said)} |"


def _share(which: np.ndarray) -> str:
    return f"{which.sum()} of {len(which)} ({which.mean():.0%})" if len(which) else "–"


def _before(pairs: Sequence[Pair], matcher: Matcher) -> str:
    rows = rows_of([text for each in pairs for text in (each.a, each.b)], matcher.model)
    near = np.asarray(rows[::2].multiply(rows[1::2]).sum(axis=1)).ravel() >= BEFORE
    same = np.array([each.same for each in pairs])
    return f"| all, by cosine, as before | – | {_share(near[same])} | {_share(near[~same])} | – | – |"


def _queue(author: str, judge: Judge, own: Sequence[Pair], matcher: Matcher) -> str:
    draws = np.random.default_rng(0)
    right = wrong = alone = 0
    same = [each for each in own if each.same]
    for pair in same:
        others = [each for each in own if each is not pair and each.org == pair.org]
        waiting = [others[place].a for place in draws.choice(len(others), OPEN, replace=False)]
        mine = gist(pair.b, pair.org, matcher)
        likely = [judge.likely(compare(mine, gist(text, pair.org, matcher))) for text in (pair.a, *waiting)]
        best = int(np.argmax(likely))
        right += best == 0 and likely[0] >= judge.offer_at
        wrong += best > 0 and likely[best] >= judge.offer_at
        alone += max(likely[1:]) >= judge.offer_at
    return f"| {author} | {right / len(same):.0%} | {wrong / len(same):.0%} | {alone / len(same):.0%} |"


if __name__ == "__main__":
    main()
