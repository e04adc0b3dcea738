"""Dead links in the Markdown files: `python tests/links.py [FOLDER]`. No network.

Every relative link must lead to a file of the repository, every anchor to a heading, and every path in backticks to
something that is there. Tells ``path:line: what`` and ends with 1 where one does not.
"""

from __future__ import annotations

import fnmatch
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

LEFT_OUT = {"build", "dist", "node_modules", "__pycache__"}  # folders, beside those that begin with a dot
SUFFIXES = (
    ".py",
    ".yaml",
    ".yml",
    ".md",
    ".toml",
    ".lock",
    ".json",
    ".jsonl",
    ".txt",
    ".sh",
    ".html",
    ".css",
    ".js",
    ".svg",
)

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(`+)(.+?)\1")
_INLINE = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)<>\s]+)>?(?:\s+[\"'(][^)]*)?\)")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]^]+\]:\s*<?(\S+?)>?(?:\s|$)")
_HTML = re.compile(r"<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)=[\"']([^\"' ]+)", re.IGNORECASE)
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*$")
_ANCHOR = re.compile(r"\b(?:id|name)=[\"']([^\"']+)[\"']", re.IGNORECASE)
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)  # https:, mailto:, …
_PATH = re.compile(r"(?:\./)?([\w.*-]+(?:/[\w.*-]+)*/?)(?::\d+(?::\d+)?)?")


def main(root: Path) -> int:
    """Prints what is dead under ``root``; 1 where something is."""
    dead = [
        f"{path.relative_to(root)}:{line}: {what}" for path in markdown(root) for line, what in problems(path, root)
    ]
    print("\n".join(dead) or "links: all lead somewhere")
    return 1 if dead else 0


def markdown(root: Path) -> list[Path]:
    return sorted(root / name for name in names(root) if name.endswith(".md"))


@cache
def names(root: Path) -> frozenset[str]:
    """Every file and folder of the repository, relative to it."""
    found: set[str] = set()
    for folder, folders, files in os.walk(root):
        here = Path(folder).relative_to(root)
        folders[:] = [name for name in folders if name not in LEFT_OUT and (not name.startswith(".") or name == ".ci")]
        found |= {(here / name).as_posix() for name in (*folders, *files)}
    return frozenset(found)


def problems(path: Path, root: Path) -> Iterator[tuple[int, str]]:
    """What is dead in a file, with its line."""
    for number, line in prose(path):
        for _, code in _CODE.findall(line):
            if (wanted := repository_path(code, root)) and not exists(wanted, path, root):
                yield number, f"`{code}` is not there"
        without = _CODE.sub(" ", line)
        for target in (*_INLINE.findall(without), *_DEFINITION.findall(without), *_HTML.findall(without)):
            if not _OUTSIDE.match(target) and (what := dead_link(unquote(target), path, root)):
                yield number, what


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """The lines outside fenced code, numbered from 1."""
    fence = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = _FENCE.match(line)
        if found and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else found.group(1)
        elif not fence:
            yield number, line


def repository_path(code: str, root: Path) -> str | None:
    """The path that ``code`` names, where it looks like one of this repository: by its first folder or its ending."""
    found = _PATH.fullmatch(code)
    if not found or not re.search(r"\w", code):
        return None
    wanted = found.group(1)
    first = wanted.split("/")[0]
    known_folder = "/" in wanted and first in names(root)
    return wanted if known_folder or wanted.endswith(SUFFIXES) else None


def exists(wanted: str, path: Path, root: Path) -> bool:
    """From the root, beside the file that names it, or by the end of its path; ignored files may be there one day."""
    name = wanted.strip("/").removeprefix("./")
    beside = (path.parent.relative_to(root) / name).as_posix()
    if any(fnmatch.fnmatchcase(there, pattern) for there in names(root) for pattern in (name, beside, f"*/{name}")):
        return True
    return any(fnmatch.fnmatchcase(part, pattern) for part in name.split("/") for pattern in ignored(root))


@cache
def ignored(root: Path) -> tuple[str, ...]:
    file = root / ".gitignore"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return tuple(line.strip().strip("/") for line in lines if line.strip() and not line.startswith(("#", "!")))


def dead_link(target: str, path: Path, root: Path) -> str | None:
    """What is wrong with a relative link, None where nothing is."""
    where, _, anchor = target.partition("#")
    to = (root / where.lstrip("/") if where.startswith("/") else path.parent / where) if where else path
    to = Path(os.path.normpath(to))
    if not to.is_relative_to(root):
        return f"({target}) leads out of the repository"
    if to != root and to.relative_to(root).as_posix() not in names(root):
        return f"({target}) leads to nothing"
    if anchor and to.suffix == ".md" and anchor.lower() not in anchors(to):
        return f"({target}) names no heading of {to.name}"
    return None


@cache
def anchors(path: Path) -> frozenset[str]:
    """The headings of a Markdown file as their anchors, and those set by hand."""
    found: set[str] = set()
    seen: Counter[str] = Counter()
    for _, line in prose(path):
        found.update(anchor.lower() for anchor in _ANCHOR.findall(line))
        if heading := _HEADING.match(line):
            text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1))
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
    return frozenset(found)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()))
