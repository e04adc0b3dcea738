"""`handbok hold` and `handbok release`: what must not be deleted, whatever its age and whoever asks."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from adapters.cli.envfile import EnvFile, load
from adapters.cli.person import open_personal
from adapters.cli.shared import complain, told

Case = Annotated[int, typer.Argument(metavar="CASE", help="Its number.", min=1)]


@told
def hold(
    case: Case,
    why: Annotated[str, typer.Option("--why", help="Which matter needs it; no name.")],
    env_file: EnvFile = None,
) -> None:
    """Keep a case, whatever its age and whoever asks for its erasure."""
    load(env_file)
    asyncio.run(_hold(case, why))
    complain(f"case {case} is held until it is released")


@told
def release(case: Case, env_file: EnvFile = None) -> None:
    """Let a held case be deleted again when its time is up."""
    load(env_file)
    complain(f"case {case} is held no more" if asyncio.run(_release(case)) else f"case {case} was not held")


async def _hold(case: int, why: str) -> None:
    async with open_personal() as work:
        await work.hold(case, why)


async def _release(case: int) -> bool:
    async with open_personal() as work:
        return await work.release(case)
