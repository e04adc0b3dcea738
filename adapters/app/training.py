"""Trains the matcher of what people taught, in a process of its own:
``python -m adapters.app.training KNOWLEDGE CACHE``.

The lessons come as YAML on standard input; the model goes into the cache. Serving goes on undisturbed meanwhile, and
stopping needs to wait for nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from adapters.app.modelcache import load_matcher
from bot.lessons import read_lessons, teach
from bot.loading import load

NICE = 10  # whoever asks comes first


def main() -> None:
    knowledge, cache = map(Path, sys.argv[1:])
    if hasattr(os, "nice"):
        os.nice(NICE)
    load_matcher(teach(load(knowledge), read_lessons(sys.stdin.buffer.read().decode())), cache, "learned")


if __name__ == "__main__":
    main()
