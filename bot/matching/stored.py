"""A trained matcher as plain arrays and back, so that it can be kept between starts. Nothing in it can run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.language import Language
from bot.matching.confidence import Calibration
from bot.matching.features import Features, Shape
from bot.matching.few import Few
from bot.matching.judge import Judge
from bot.matching.matcher import Matcher
from bot.matching.model import Model
from bot.matching.near import Near
from bot.matching.scope import Raising, Scope
from bot.matching.second import Look
from bot.matching.sentences import Columns
from bot.matching.ways import Ways

FEW = ("few", "well", "weights")
Arrays = Mapping[str, NDArray[Any]]


def to_arrays(matcher: Matcher) -> dict[str, NDArray[Any]]:
    """The matcher as named arrays of numbers; texts stand as UTF-8 bytes."""
    features = matcher.model.features
    described = {
        "labels": matcher.model.labels,
        "languages": matcher.model.languages,
        "shape": asdict(features.shape),
        "words": features.words,
        "grams": list(features.gram_column),
        "stems": dict(features.stems),
        "beginnings": features.near.beginnings,
        "unknown": features.unknown,
        "calibration": asdict(matcher.calibration),
        "organisations": list(matcher.own),
        "ways": _ways(matcher.ways) if matcher.ways else None,
        "look": asdict(matcher.look) if matcher.look else None,
        "judge": asdict(matcher.judge) if matcher.judge else None,
        "alike": {word: sorted(languages) for word, languages in matcher.alike.items()},
    }
    return {
        "described": np.frombuffer(json.dumps(described).encode(), np.uint8),
        "weights": matcher.model.weights,
        "frequencies": features.frequencies,
        "pairs": features.pairs,
        "gram_lost": features.gram_lost,
        "near": features.near.keys,
        "idf": features.idf,
        "own": np.array(list(matcher.own.values()), np.float32),
        **(_few(matcher.few) if matcher.few else {}),
        **(_scope(matcher.scope, matcher.raising) if matcher.scope and matcher.raising else {}),
        **_sparse("gram_rows", features.gram_rows),
        **_sparse("concept_rows", features.concept_rows),
    }


def from_arrays(arrays: Arrays) -> Matcher:
    """The matcher that ``to_arrays`` took apart. KeyError or ValueError where the arrays are not such."""
    described = json.loads(arrays["described"].tobytes())
    features = Features(
        shape=Shape(**described["shape"]),
        words=described["words"],
        frequencies=arrays["frequencies"],
        pairs=arrays["pairs"],
        gram_column={gram: column for column, gram in enumerate(described["grams"])},
        gram_rows=_rows("gram_rows", arrays),
        gram_lost=arrays["gram_lost"],
        concept_rows=_rows("concept_rows", arrays),
        near=Near(described["beginnings"], arrays["near"]),
        idf=arrays["idf"],
        unknown=described["unknown"],
        stems=described["stems"],
    )
    languages = tuple(Language(language) for language in described["languages"])
    model = Model(tuple(described["labels"]), languages, features, arrays["weights"])
    own = dict(zip(described["organisations"], arrays["own"], strict=True))
    kinds: dict[tuple[str, ...], frozenset[Language]] = {}  # one set for all words of the same languages
    alike = {
        word: kinds.setdefault(tuple(names), frozenset(map(Language, names)))
        for word, names in described["alike"].items()
    }
    look = described["look"] and Look(**{**described["look"], "weights": tuple(described["look"]["weights"])})
    ways = described["ways"] and _as_ways(described["ways"])
    few = Few(*(arrays[f"few.{part}"] for part in FEW)) if "few.few" in arrays else None
    scope, raising = _as_scope(arrays) if "scope.weights" in arrays else (None, None)
    judge = described["judge"] and Judge(tuple(described["judge"]["weights"]), described["judge"]["offer_at"])
    calibration = Calibration(**described["calibration"])
    return Matcher(model, calibration, own, alike, ways, look, few, scope, raising, judge)


def _scope(scope: Scope, raising: Raising) -> dict[str, NDArray[Any]]:
    columns = scope.columns
    described = {
        "sections": scope.sections,
        "labels": scope.labels,
        "columns": list(columns.column),
        "unknown": columns.unknown,
        "exact": columns.exact,
        "stems": columns.stems,
    }
    return {
        "scope.described": np.frombuffer(json.dumps(described).encode(), np.uint8),
        "scope.idf": columns.idf,
        "scope.weights": scope.weights,
        "scope.held": scope.held,
        "scope.whose": raising.whose,
        "scope.profile": raising.profile,
    }


def _as_scope(arrays: Arrays) -> tuple[Scope, Raising]:
    described = json.loads(arrays["scope.described"].tobytes())
    names = {name: column for column, name in enumerate(described["columns"])}
    columns = Columns(names, arrays["scope.idf"], described["unknown"], described["exact"], described["stems"])
    scope = Scope(
        tuple(described["sections"]),
        tuple(described["labels"]),
        columns,
        arrays["scope.weights"],
        arrays["scope.held"],
    )
    return scope, Raising(arrays["scope.whose"], arrays["scope.profile"])


def _few(few: Few) -> dict[str, NDArray[Any]]:
    return {f"few.{part}": getattr(few, part) for part in FEW}


def _ways(ways: Ways) -> dict[str, Any]:
    return {
        "labels": ways.labels,
        "many": ways.many,
        "seen": ways.seen,
        "stems": ways.stems,
        "concepts": dict(ways.concepts),
        "negated": ways.negated,
        "ties": sorted(ways.ties),
        "known": sorted(ways.known),
    }


def _as_ways(kept: dict[str, Any]) -> Ways:
    concepts = {int(number): labels for number, labels in kept["concepts"].items()}
    lists = {"labels": tuple(kept["labels"]), "concepts": concepts, "ties": frozenset(kept["ties"])}
    lists["known"] = frozenset(kept["known"])
    return Ways(**{**kept, **lists})


def _sparse(name: str, matrix: sparse.csr_array) -> dict[str, NDArray[Any]]:
    shape = np.array(matrix.shape)
    return {
        f"{name}.{part}": value
        for part, value in (
            ("data", matrix.data),
            ("indices", matrix.indices),
            ("indptr", matrix.indptr),
            ("shape", shape),
        )
    }


def _rows(name: str, arrays: Arrays) -> sparse.csr_array:
    parts = (arrays[f"{name}.data"], arrays[f"{name}.indices"], arrays[f"{name}.indptr"])
    return sparse.csr_array(parts, shape=tuple(arrays[f"{name}.shape"].tolist()))
