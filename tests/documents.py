"""Documents that are made from the code: `python tests/documents.py` writes them anew, and a test compares."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from adapters.settings.table import TABLE, Setting  # noqa: E402


def settings_page() -> str:
    return "\n".join(_settings_page()) + "\n"


def _settings_page() -> Iterator[str]:
    yield "# Settings\n"
    yield (
        "Handbok reads the environment, once, at its start; `handbok run --env-file FILE` also reads a file of "
        "`NAME=value` lines, and the environment counts more. A name that is not below is refused with the nearest "
        "that is, and so is a value that cannot hold. `handbok doctor` tells how everything is that is set."
    )
    for group, settings in TABLE.items():
        yield f"\n## {group}\n"
        yield "| setting | what it is | by default | for example |\n|---|---|---|---|"
        for setting in settings:
            example = f"`{setting.example}`" if setting.example else ""
            yield f"| `{setting.name}` | {setting.says} | {setting.default} | {example} |"
    yield (
        "\nCalls to Slack and Microsoft go through the proxy that `HTTPS_PROXY` names, except to what `NO_PROXY` "
        "names; the database never does."
    )


def example() -> str:
    return "\n".join(_example()) + "\n"


def _example() -> Iterator[str]:
    yield "# Copy to .env, and start with: handbok run --env-file .env"
    yield "# Everything is optional: without any of it, the page opens on this machine. docs/settings.md tells more."
    for group, settings in TABLE.items():
        yield f"\n# ── {group}"
        for setting in settings:
            yield from _of(setting)


def _of(setting: Setting) -> Iterator[str]:
    yield "# " + re.sub(r"\[(.*?)\]\(.*?\)|[`*]", r"\1", setting.says)
    yield f"#{setting.name}={setting.example}"


DOCUMENTS: dict[Path, Callable[[], str]] = {
    ROOT / "docs" / "settings.md": settings_page,
    ROOT / ".env.example": example,
}

if __name__ == "__main__":
    for path, make in DOCUMENTS.items():
        path.write_text(make(), encoding="utf-8")
