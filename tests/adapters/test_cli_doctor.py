"""`handbok doctor` tells what is missing, with its remedy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.cli.doctor import examine
from adapters.settings import read_settings


def remarks(**environment: str) -> dict[str, tuple[bool, str, str]]:
    found = examine(read_settings(environment))
    return {remark.about: (remark.well, remark.says, remark.remedy) for remark in found}


def test_a_sound_installation_is_well(tmp_path: Path) -> None:
    found = remarks(HANDBOK_CACHE=str(tmp_path / "new"), HANDBOK_DATABASE_URL=f"sqlite:///{tmp_path}/handbok.db")
    assert all(found[about][0] for about in ("knowledge", "cache", "database", "secret key"))


def test_broken_knowledge_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "handbooks.yaml").write_text("- id: [", encoding="utf-8")
    well, says, remedy = remarks(HANDBOK_KNOWLEDGE=str(tmp_path))["knowledge"]
    assert not well
    assert "the first at" in says
    assert str(tmp_path) in says
    assert "knowledge check" in remedy


def test_a_file_where_a_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    well, _, remedy = remarks(HANDBOK_CACHE=str(tmp_path / "file" / "cache"))["cache"]
    assert not well
    assert "HANDBOK_CACHE" in remedy


def test_a_database_that_does_not_answer_is_told_without_its_password() -> None:
    well, says, remedy = remarks(HANDBOK_DATABASE_URL="postgresql://someone:hush@127.0.0.1:1/none")["database"]
    assert not well
    assert "hush" not in json.dumps([says, remedy])


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense"])
def test_a_database_of_another_kind_is_told(url: str) -> None:
    well, _, remedy = remarks(HANDBOK_DATABASE_URL=url)["database"]
    assert not well
    assert "sqlite" in remedy
