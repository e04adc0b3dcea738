"""A trained detector as plain arrays and back, so that it can be kept between starts. Nothing in it can run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import KnowledgeBase
from bot.matching.fitting import concept_words
from bot.matching.sentences import Columns
from bot.safety.detector import Detector


def to_arrays(detector: Detector) -> dict[str, NDArray[Any]]:
    """The detector as named arrays of numbers; texts stand as UTF-8 bytes."""
    columns = detector.columns
    described = {"topics": detector.topics, "columns": list(columns.column), "unknown": columns.unknown}
    return {
        "described": np.frombuffer(json.dumps(described).encode(), np.uint8),
        "weights": detector.weights,
        "idf": columns.idf,
        "thresholds": np.stack([detector.sure, detector.likely, detector.possible]),
    }


def from_arrays(arrays: Mapping[str, NDArray[Any]], knowledge: KnowledgeBase) -> Detector:
    """The detector of ``knowledge`` that ``to_arrays`` took apart. KeyError or ValueError where the arrays are none."""
    described = json.loads(arrays["described"].tobytes())
    names = {name: column for column, name in enumerate(described["columns"])}
    columns = Columns(names, arrays["idf"], described["unknown"], *concept_words(knowledge.cues))
    return Detector(tuple(described["topics"]), columns, arrays["weights"], *arrays["thresholds"])
