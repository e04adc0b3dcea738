"""Settings out of a file, as NAME=value a line; what the environment has already counts more."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from dotenv import dotenv_values
from dotenv.parser import parse_stream

from adapters.cli.shared import read_text, settings
from bot.errors import SettingsError

EnvFile: TypeAlias = Annotated[
    Path | None, typer.Option("--env-file", help="Settings as NAME=value a line; the environment counts more.")
]


def load(path: Path | None) -> None:
    """Puts what the file holds into the environment. InputError where it cannot be read, SettingsError for a line that
    is no setting."""
    if path is None:
        return
    text = read_text(path)
    for binding in parse_stream(StringIO(text)):
        if binding.error:
            raise SettingsError(f"{path}:{binding.original.line}: is no setting; write NAME=value")
    for name, value in dotenv_values(stream=StringIO(text), interpolate=False).items():
        os.environ.setdefault(name, value or "")
    settings.cache_clear()
