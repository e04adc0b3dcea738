"""What is taken out of an image, and what must stay."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from adapters.settings import ROOT


def test_tests_and_installers_go_and_what_is_loaded_stays(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("slim", ROOT / "deploy" / "slim.py")
    assert spec
    assert spec.loader
    slim = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(slim)
    packages = tmp_path / "lib" / "python3.12" / "site-packages"
    stays = ["numpy/testing/__init__.py", "scipy/sparse/_csr.py", "handbok.dist-info/METADATA", "pillow.libs/a.so"]
    goes = [
        "scipy/stats/x.py",
        "scipy.libs/b.so",
        "pip/__init__.py",
        "dbos/tests/test_a.py",
        "lone/__pycache__/a.cpython-312.pyc",
    ]
    for name in (*stays, *goes):
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).write_bytes(b"x" * 100)
    assert slim.slim(tmp_path) == 100 * len(goes)
    assert sorted(str(path.relative_to(packages)) for path in packages.rglob("*") if path.is_file()) == sorted(stays)
