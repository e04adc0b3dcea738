"""What many tests share: the shipped knowledge and a matcher trained on it, each made once a session."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import small_knowledge
from hypothesis import settings
from parallel import pytest_collection_modifyitems, pytest_runtest_protocol

from adapters.app.modelcache import load_matcher, load_opinion
from adapters.settings import ROOT
from bot.knowledge import KnowledgeBase
from bot.loading import load
from bot.matching.matcher import Matcher
from bot.review import Rulebook, load_rules

__all__ = ["pytest_collection_modifyitems", "pytest_runtest_protocol"]

settings.register_profile("handbok", deadline=None)  # a busy machine is no failing test
settings.load_profile("handbok")

NO_SKIPS = "HANDBOK_NO_SKIPS"  # set in the full run: there a test that is skipped has failed


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    return _no_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    return _no_skip((yield))


def _no_skip(report: Any) -> Any:
    if os.environ.get(NO_SKIPS) and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and the full run skips nothing: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def knowledge_folder() -> Path:
    """Where the shipped knowledge stands. Tests read it and never write there."""
    return ROOT / "knowledge"


@pytest.fixture(scope="session")
def model_cache(pytestconfig: pytest.Config) -> Path:
    """Trained models, kept between sessions by what they were trained on."""
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("models")


@pytest.fixture(scope="session")
def knowledge(knowledge_folder: Path) -> KnowledgeBase:
    return load(knowledge_folder)


@pytest.fixture(scope="session")
def matcher(knowledge: KnowledgeBase, model_cache: Path) -> Matcher:
    return load_matcher(knowledge, model_cache)


@pytest.fixture(scope="session")
def rules(knowledge_folder: Path, knowledge: KnowledgeBase, model_cache: Path) -> Rulebook:
    return load_rules(knowledge_folder, knowledge, load_opinion(model_cache))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder of its own with as little knowledge as can be, to be broken."""
    return small_knowledge.write(tmp_path / "knowledge")
