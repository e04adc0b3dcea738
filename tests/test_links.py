"""Dead links are told, live ones are not."""

from __future__ import annotations

from pathlib import Path

import links
import pytest


def repository(folder: Path, text: str) -> Path:
    (folder / "docs").mkdir()
    (folder / "bot").mkdir()
    (folder / "bot" / "errors.py").touch()
    (folder / ".gitignore").write_text(".venv/\n*.db\n", encoding="utf-8")
    (folder / "docs" / "how.md").write_text(
        "# How it goes, & why\n## Twice\n## Twice\n<a id='here'></a>\n", encoding="utf-8"
    )
    (folder / "README.md").write_text(text, encoding="utf-8")
    links.names.cache_clear()
    links.anchors.cache_clear()
    return folder


@pytest.mark.parametrize(
    "text",
    [
        "[how](docs/how.md)",
        "[how](docs/how.md#how-it-goes--why)",
        "[how](docs/how.md#twice-1) and [there](docs/how.md#here)",
        "# Top\n[up](#top)",
        "[folder](docs/)",
        "![a picture](<docs/how.md>)",
        "[how][1]\n\n[1]: docs/how.md",
        "[far](https://example.org/gone) <a href='mailto:a@example.org'>us</a>",
        "`bot/errors.py` and `bot/*.py`, `errors.py:12`, `docs/`",
        "`oslomet/hashtag`, `--json`, `knowledge check`, `.venv/bin/handbok`, `old.db`",
        "```\n[gone](gone.md)\n```",
        "`[gone](gone.md)`",
    ],
)
def test_what_leads_somewhere_is_left_alone(text: str, tmp_path: Path) -> None:
    root = repository(tmp_path, text)

    assert list(links.problems(root / "README.md", root)) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[how](docs/gone.md)", 1),
        ("x\n\n[how](docs/how.md#gone)", 3),
        ("[up](#gone)", 1),
        ("[out](../elsewhere.md)", 1),
        ("[how][1]\n\n[1]: gone.md", 3),
        ("<img src='gone.png'>", 1),
        ("`bot/gone.py`", 1),
        ("`gone.yaml`", 1),
        ("```\ncode\n```\n`docs/gone/`", 4),
    ],
)
def test_what_leads_nowhere_is_told_with_its_line(text: str, line: int, tmp_path: Path) -> None:
    root = repository(tmp_path, text)

    assert [number for number, _ in links.problems(root / "README.md", root)] == [line]


def test_the_exit_status_says_whether_anything_is_dead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = repository(tmp_path, "[gone](gone.md)\n")

    assert links.main(root) == 1
    assert capsys.readouterr().out == "README.md:1: (gone.md) leads to nothing\n"
    (root / "README.md").write_text("[how](docs/how.md)\n", encoding="utf-8")
    assert links.main(root) == 0
