"""Fixtures of Teams' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from teams_staff import staff
from teams_world import World, teams_world

from bot.knowledge import KnowledgeBase
from bot.review import Rulebook, load_rules

__all__ = ["staff"]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with teams_world() as made:
        yield made


@pytest.fixture(scope="session")
def rules(knowledge_folder: Path, knowledge: KnowledgeBase) -> Rulebook:
    return load_rules(knowledge_folder, knowledge)
