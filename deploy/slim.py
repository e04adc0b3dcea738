"""Takes out of an installation what Handbok never loads: libraries' own tests, installers, most of SciPy.

    python deploy/slim.py /opt/handbok

Two fifths of the disk are saved (432 → 265 MB). The image's build tries what remains with a question (Containerfile).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

TESTS = ("tests", "test", "testing")
NEEDED = ("numpy/testing",)  # imported by the library itself
INSTALLERS = (
    "pip",
    "distutils-precedence.pth",
    "setuptools",
    "pkg_resources",
    "_distutils_hack",
    "hatchling",
    "editables",
    "wheel",
)
# `from scipy import sparse` loads nothing of these; BLAS is theirs alone (NumPy has its own).
SCIPY = (
    "linalg", "../scipy.libs", "cluster", "datasets",
    "differentiate", "fft", "fftpack", "integrate", "interpolate", "io", "misc", "ndimage",
    "odr",     "optimize", "signal", "spatial", "special", "stats",
)  # fmt: skip
NUMPY = ("_core/include", "_core/lib")


def slim(root: Path) -> int:
    """Bytes that were saved in the site-packages below ``root``."""
    (packages,) = root.glob("lib/python3*/site-packages")
    before = _size(root)
    for folder in [each for name in TESTS for each in packages.rglob(name) if each.is_dir()]:
        if not folder.relative_to(packages).as_posix().startswith(NEEDED):
            shutil.rmtree(folder, ignore_errors=True)
    gone = [packages / name for name in INSTALLERS]
    gone += [packages / "scipy" / name for name in SCIPY] + [packages / "numpy" / name for name in NUMPY]
    for pattern in ("*.pyi", "*.pxd", "*.pyx", "*.h", "*.a", "*.c", "*.f90"):
        gone += packages.rglob(pattern)
    for path in gone:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for cached in packages.rglob("*.pyc"):
        if not (cached.parent.parent / f"{cached.name.partition('.')[0]}.py").exists():
            cached.unlink()
    return before - _size(root)


def _size(root: Path) -> int:
    return sum(path.lstat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink())


if __name__ == "__main__":
    place = Path(sys.argv[1])
    saved = slim(place)
    print(f"{saved / 1e6:.0f} MB less; {_size(place) / 1e6:.0f} MB remain")
