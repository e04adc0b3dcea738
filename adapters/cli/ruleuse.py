"""`handbok checkpost rules`: how often people set a rule's findings aside, and how often it was right then."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.cli.shared import settings
from bot.ports import SetAside
from bot.service.setting_aside import by_rule

MOST = 3  # reasons that are shown of each rule, the latest ones


def kept(organisation: str | None) -> list[SetAside]:
    """What was set aside, oldest first; of every organisation where none is named."""
    return asyncio.run(_kept(organisation))


async def _kept(organisation: str | None) -> list[SetAside]:
    from adapters.app.starting import kept_secret  # noqa: PLC0415  # the database, for this command alone
    from adapters.database import opened  # noqa: PLC0415

    found = settings()
    secret = found.secret or kept_secret(found.database)
    async with opened(found.database, secret, shared=True) as database, database.store().look() as work:
        return await work.set_aside(organisation)


def as_json(made: Sequence[SetAside]) -> Mapping[str, Any]:
    """By rule; ``precision``: the share of the judged findings that were right, 0–1."""
    return {
        rule: {"wrong": use.wrong, "accepted": use.accepted, "precision": round(use.precision, 3)}
        for rule, use in by_rule(made).items()
    }


def lines(made: Sequence[SetAside]) -> Iterator[str]:
    """A line a rule, worst first, with the latest reasons below."""
    used = by_rule(made)
    if not used:
        yield "Nobody has set a finding aside yet."
        return
    yield f"{'rule':16} {'mistaken':>8} {'fine all the same':>17} {'right':>6}"
    for rule, use in sorted(used.items(), key=lambda item: (item[1].precision, -item[1].wrong)):
        yield f"{rule:16} {use.wrong:8} {use.accepted:17} {100 * use.precision:4.0f} %"
        reasons = [each for each in made if each.rule == rule and each.reason][-MOST:]
        for each in reversed(reasons):
            who = "comms" if each.by_comms else "author"
            yield f"    {each.at:%Y-%m-%d} {each.organisation} {who}, {each.verdict}: {each.reason}"
