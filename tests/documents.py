"""Documents that are made from the code: `python tests/documents.py` writes them anew, and a test compares."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from adapters.database.rules import RULES  # noqa: E402
from adapters.settings.keeping import Keep  # noqa: E402
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


MADE = re.compile(r"(?<=<!-- made from the tables -->\n).*?(?=\n<!-- so far -->)", re.DOTALL)
SINCE = {
    "question": "when it was asked",
    "feedback": "when it was given, or its question asked",
    "case": "its last change, once answered or closed",
    "draft": "the same, for drafts and posts to share",
    "person": "when first seen, once nothing that is kept names them",
    "precedent": "when it was decided",
    "event": "when it came",
    "deletion": "when it was made",
}


def privacy_page() -> str:
    """The page as it stands, with its tables made anew."""
    return MADE.sub(lambda _: "\n".join(_data_map()), (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8"))


def _data_map() -> Iterator[str]:
    yield "| table | what it holds | kind, or how long |\n|---|---|---|"
    for name, rule in RULES.items():
        kind = f"`{rule.kind}`" if rule.kind else ""
        lasts = "; ".join(filter(None, (kind, rule.until)))
        yield f"| {name.removeprefix('handbok_')} | {rule.holds} | {lasts} |"
    yield "\n| kind | days | counted from |\n|---|---:|---|"
    for each in fields(Keep):
        yield f"| `{each.name}` | {each.default} | {SINCE[each.name]} |"


DOCUMENTS: dict[Path, Callable[[], str]] = {
    ROOT / "docs" / "settings.md": settings_page,
    ROOT / "docs" / "privacy.md": privacy_page,
    ROOT / ".env.example": example,
}

if __name__ == "__main__":
    for path, make in DOCUMENTS.items():
        path.write_text(make(), encoding="utf-8")
