"""How long it takes to put questions together by need: ``python benchmarks/gaps.py [HOW MANY]``.

Questions: golden ones and those of the calibration, with slips, words left out and words added, no two the same.
Precision and recall are B-cubed, each entry of a golden question being a need.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.gaps import clusters, gaps
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.loading import load
from bot.matching.building import build_matcher
from bot.ports import Unmet

MANY, LIMIT = 50_000, 15.0
NOW = datetime(2027, 3, 3, 10, tzinfo=UTC)


def questions(knowledge: KnowledgeBase, many: int, seed: int = 1) -> list[Unmet]:
    chance = random.Random(seed)
    known = [each.text for each in (*knowledge.golden, *knowledge.calibration)]
    words = sorted({word for text in known for word in text.split()})
    found = []
    for number in range(1, many + 1):
        text = chance.choice(known).split()
        if len(text) > 4:
            del text[chance.randrange(len(text))]
        text.insert(chance.randint(0, len(text)), chance.choice(words))
        place = chance.randrange(len(text))
        if len(text[place]) > 4:
            spot = chance.randrange(1, len(text[place]) - 1)
            text[place] = text[place][:spot] + text[place][spot + 1 :]
        at = NOW - timedelta(minutes=chance.randrange(80_000))
        found.append(Unmet(number, " ".join(text), Language.NB, "unanswered", at, f"p-{chance.randrange(3_000)}"))
    return found


def rates(groups: Sequence[Sequence[int]], needs: Sequence[str]) -> tuple[float, float]:
    """B-cubed precision and recall."""
    total, right, whole = Counter(needs), 0.0, 0.0
    for group in groups:
        held = Counter(needs[place] for place in group)
        right += sum(count * count for count in held.values()) / len(group)
        whole += sum(count * count / total[need] for need, count in held.items())
    return right / len(needs), whole / len(needs)


async def _still(until: asyncio.Future[object]) -> float:
    longest = 0.0
    while not until.done():
        began = time.perf_counter()
        await asyncio.sleep(0.005)
        longest = max(longest, time.perf_counter() - began - 0.005)
    return longest


async def main(many: int) -> None:
    sys.setswitchinterval(0.0005)  # as the server has it
    knowledge = load(Path(__file__).parent.parent / "knowledge")
    model = build_matcher(knowledge).model
    golden = [each for each in knowledge.golden if each.expect != ("none",)]
    precision, recall = rates(clusters([each.text for each in golden], model), [each.expect[0] for each in golden])
    print(f"{len(golden)} golden questions: precision {precision:.2f}, recall {recall:.2f}")
    asked = questions(knowledge, many)
    began, processor = time.perf_counter(), time.process_time()
    working = asyncio.ensure_future(asyncio.to_thread(gaps, asked, model, NOW))
    longest = await _still(working)
    found = await working
    took = time.perf_counter() - began
    used = time.process_time() - processor
    print(f"{many:,} questions: {took:.1f} s, {used:.1f} s of the processor's (limit {LIMIT:.0f} s)")
    print(f"{len(found):,} gaps, the largest of {len(found[0].members)}")
    print(f"event loop: stood still for {longest * 1000:.0f} ms at most")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY))
