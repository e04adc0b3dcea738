"""The list of licences is that of what is installed, each goes with ours, and the SBOM names all of it."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

from adapters.settings import ROOT

FREE = re.compile(r"MIT|BSD|Apache|ISC|PSF|MPL|LGPL|Lesser|Zlib|CC0|CNRI|HPND|Unlicense", re.IGNORECASE)


def test_every_library_has_a_licence_that_goes_with_ours() -> None:
    spec = importlib.util.spec_from_file_location("licences", ROOT / "deploy" / "licences.py")
    assert spec
    assert spec.loader
    licences = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(licences)
    table = licences.table()
    assert (ROOT / "docs" / "licences.md").read_text(encoding="utf-8") == table, "make licences"
    rows = re.findall(r"^\| ([\w.-]+) \| (.*) \|$", table, re.MULTILINE)[1:]
    assert len(rows) > 50
    assert [name for name, licence in rows if not FREE.search(licence)] == []


def test_the_sbom_names_every_library_of_the_lock(tmp_path: Path) -> None:
    out = tmp_path / "handbok.cdx.json"
    command = [
        Path(sys.executable).with_name("cyclonedx-py"),
        "requirements",
        str(ROOT / "requirements.lock"),
        "-o",
        out,
    ]
    subprocess.run(command, check=True, capture_output=True)
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["bomFormat"] == "CycloneDX"
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert {each["name"] for each in found["components"]} == set(
        re.findall(r"^([\w.-]+)(?:\[.*\])?==", lock, re.MULTILINE)
    )
