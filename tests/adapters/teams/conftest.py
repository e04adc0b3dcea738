"""Fixtures of Teams' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from teams_staff import staff
from teams_world import World, teams_world

__all__ = ["staff"]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with teams_world() as made:
        yield made
