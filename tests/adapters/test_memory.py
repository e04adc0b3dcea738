"""Large arrays that are freed leave the process."""

from __future__ import annotations

import subprocess
import sys

import pytest

GROW_AND_FREE = """
import numpy, psutil
from adapters.app.memory import give_back
give_back()
used = psutil.Process().memory_info().rss
for size in (1, 2, 4, 8):  # each freed array would raise glibc's own limit
    kept = [numpy.ones(size << 17) for _ in range(64 // size)], bytearray(1 << 19)
    del kept
print((psutil.Process().memory_info().rss - used) >> 20)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems give back by themselves")
def test_what_training_freed_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", GROW_AND_FREE], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 20  # megabytes, of 64
