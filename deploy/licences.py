"""The licence of every library that Handbok is installed with, as its own package says it.

python deploy/licences.py > docs/licences.md
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
BUILDING = frozenset({"editables", "hatchling", "pathspec", "pluggy", "trove-classifiers", "packaging"})
HEAD = """# Licences

Handbok is under [MIT](../LICENSE). What it is installed with, made by `make licences`:

| library | licence |
|---|---|
"""
SHORT = {
    "Apache Software License": "Apache-2.0", "Apache License 2.0": "Apache-2.0", "Apache 2.0": "Apache-2.0",
    "MIT License": "MIT", "BSD License": "BSD", "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL", "UNKNOWN": "",
}  # fmt: skip

READ = {"resvg-py": "MIT"}  # where the package tells it in its LICENSE alone


def names() -> list[str]:
    """Those of the lock that are for this system."""
    found = re.findall(r"^([a-z0-9][\w.-]*)(?:\[.*\])?==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return sorted({name for name in found if name not in BUILDING and _here(name)})


def _here(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def licence(name: str) -> str:
    if name in READ:
        return READ[name]
    about = distribution(name).metadata
    if expression := about.get("License-Expression"):
        return str(expression)
    told = [each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or () if each.startswith("License ::")]
    found = ", ".join(dict.fromkeys(SHORT.get(each, each) for each in told if each != "OSI Approved"))
    if found:
        return found
    first = (about.get("License") or "").strip().partition("\n")[0].strip()
    return SHORT.get(first, first)[:60] or "not told"


def table() -> str:
    return HEAD + "".join(f"| {name} | {licence(name)} |\n" for name in names())


if __name__ == "__main__":
    print(table(), end="")
