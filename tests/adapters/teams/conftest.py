"""Fixtures of Teams' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from teams_world import World, teams_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with teams_world() as made:
        yield made
