"""Pages from templates. Everything is escaped by the engine; the core's texts hold no markup."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, assert_never

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.messages import AnswerCard, Block, CaseCard, Findings, Options, StatusCard, Text

HERE = Path(__file__).parent
STATIC = {
    "style.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def kind(block: Block) -> str:
    """The name of the macro in blocks.html that draws ``block``."""
    match block:
        case Text():
            return "text"
        case AnswerCard():
            return "answer"
        case Options():
            return "options"
        case Findings():
            return "findings"
        case CaseCard():
            return "case"
        case StatusCard():
            return "status"
        case _:
            assert_never(block)


def slug(text: object) -> str:
    """For ids: what is neither letter nor digit becomes a hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-")


def fingerprint(part: object, nonce: str) -> str:
    """Of a part of the page, for telling whether it reads differently from before."""
    return hashlib.blake2b(str(part).replace(nonce, "").encode(errors="replace"), digest_size=6).hexdigest()


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["kind"] = kind
    made.globals["fingerprint"] = fingerprint
    made.globals["version"] = version()
    made.filters["slug"] = slug
    return made


def version() -> str:
    """Of the static files: their addresses change with them, so that browsers may keep them for ever."""
    found = hashlib.blake2b(digest_size=6)
    for name in STATIC:
        found.update((HERE / "static" / name).read_bytes())
    return found.hexdigest()


def draw(engine: Environment, template: str, values: dict[str, Any]) -> str:
    """The text of a page. Lone surrogates, which no page can carry, become question marks."""
    drawn = engine.get_template(template).render(values)
    return drawn.encode("utf-8", "replace").decode()
