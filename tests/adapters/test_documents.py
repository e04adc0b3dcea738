"""Every command that a document shows is one that the command line takes."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator

import pytest
import typer

from adapters.cli.app import app
from adapters.settings import ROOT
from adapters.settings.table import NAMES

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands() -> Iterator[tuple[str, str]]:
    for path in DOCUMENTS:
        for block in re.findall(r"^```\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            for line in block.splitlines():
                if line.startswith("handbok "):
                    yield path.name, line.partition(" #")[0].strip()


@pytest.mark.parametrize("shown", sorted({line for _, line in commands()}))
def test_every_command_that_is_shown_is_taken(shown: str) -> None:
    line = re.sub(r"(\w+)\|\w+", r"\1", shown)  # either of two
    arguments = shlex.split(line.partition(" < ")[0])[1:]
    command = typer.main.get_command(app)
    context = command.make_context("handbok", [], resilient_parsing=True)
    while hasattr(command, "resolve_command"):
        name, command, arguments = command.resolve_command(context, arguments)
        assert command is not None, name
        context = command.make_context(name, [], parent=context, resilient_parsing=True)
    command.make_context("handbok", arguments)


def test_there_are_commands_to_look_at() -> None:
    assert {path.name for path in DOCUMENTS} >= {"README.md", "operations.md", "privacy.md"}
    assert len(list(commands())) > 20


def test_the_wheel_holds_all_that_is_read_at_a_start() -> None:
    """What is no Python stands in packages that the wheel takes whole."""
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    taken = configured["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    read = [
        ROOT / "knowledge",
        ROOT / "manifest",
        ROOT / "bot" / "wording.yaml",
        ROOT / "adapters" / "web" / "templates",
    ]
    assert all(path.exists() and path.relative_to(ROOT).parts[0] in taken for path in read)


def test_the_deployment_files_name_settings_that_there_are() -> None:
    named = {
        name
        for path in sorted((ROOT / "deploy").iterdir())
        for name in re.findall(r"\b(?:HANDBOK|SLACK|TEAMS)_[A-Z_]+", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 3
    assert named <= NAMES
