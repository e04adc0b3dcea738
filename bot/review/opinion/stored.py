"""A learnt opinion as plain arrays and back, so that it can be kept between starts. Nothing in it can run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.matching.sentences import Columns
from bot.review.opinion.judging import Opinion


def to_arrays(opinion: Opinion) -> dict[str, NDArray[Any]]:
    """The opinion as named arrays of numbers; texts stand as UTF-8 bytes."""
    columns = opinion.columns
    described = {
        "themes": opinion.themes, "columns": list(columns.column), "unknown": columns.unknown, "shares": columns.shares,
        "exact": dict(columns.exact), "stems": dict(columns.stems), "shortest": columns.shortest,
        "least": opinion.least, "quiet": opinion.quiet,
    }  # fmt: skip
    return {
        "described": np.frombuffer(json.dumps(described).encode(), np.uint8),
        "weights": opinion.weights,
        "idf": columns.idf,
    }


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Opinion:
    """The opinion that ``to_arrays`` took apart. KeyError or ValueError where the arrays are none."""
    told = json.loads(arrays["described"].tobytes())
    names = {name: column for column, name in enumerate(told["columns"])}
    columns = Columns(
        names, arrays["idf"], told["unknown"], told["exact"], told["stems"], tuple(told["shares"]), told["shortest"]
    )
    return Opinion(tuple(told["themes"]), columns, arrays["weights"], told["least"], told["quiet"])
