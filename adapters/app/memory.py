"""Memory that was freed goes back to the system."""

from __future__ import annotations

import ctypes

_THRESHOLD = -3  # M_MMAP_THRESHOLD of glibc's malloc.h
_SIZE = 1 << 20  # bytes


def give_back() -> None:
    """Arrays of a megabyte and more are given back as soon as they are freed; other C libraries do so anyway.

    glibc would raise that limit to 32 MB by and by and keep what is below: after training on 100,000 variants twice
    as much as is used.
    """
    try:
        ctypes.CDLL(None).mallopt(_THRESHOLD, _SIZE)
    except (AttributeError, OSError, TypeError):  # no glibc
        return
