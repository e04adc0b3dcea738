"""CLINC150 through ``handbok evaluate``, beside the published figures (Larson et al. 2019).

``python -m benchmarks clinc [--data FOLDER]``; else $HANDBOK_BENCHMARKS, else ../shared/benchmarks.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from pathlib import Path

from adapters.cli.evaluate import labelled, peak_memory
from adapters.settings import ROOT
from benchmarks.reporting import heading, table
from bot.matching.evaluation import OUT_OF_SCOPE, Evaluation, Labelled, evaluate

SETS = {"Full": "clinc_full", "Small": "clinc_small"}
PROMISED = {"Full": (91.0, 60.0, 95.0), "Small": (89.0, 60.0, 95.0)}
PUBLISHED = (  # in-scope accuracy / out-of-scope recall; oos-train: learns from out-of-scope examples
    ("DialogFlow (oos-train)", "91.7 / 14.0", "89.4 / 14.1"),
    ("Rasa (oos-train)", "91.5 / 45.3", "88.9 / 55.0"),
    ("SVM (oos-train)", "91.0 / 14.5", "89.6 / 18.6"),
    ("MLP on USE (oos-train)", "93.5 / 47.4", "91.5 / 52.2"),
    ("BERT (oos-train)", "96.9 / 40.3", "96.4 / 40.9"),
    ("DialogFlow (threshold)", "90.8 / 26.7", "89.2 / 20.5"),
    ("Rasa (threshold)", "90.9 / 31.2", "89.6 / 1.0"),
    ("BERT (threshold)", "96.2 / 52.3", "96.2 / 58.9"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="holds clinc_full and clinc_small, with train.jsonl and val.jsonl")
    folder = parser.parse_args().data or Path(os.environ.get("HANDBOK_BENCHMARKS") or ROOT.parent / "shared/benchmarks")
    heading(
        "CLINC150",
        "Measured on the validation split; the published figures are on the test split. Handbok learns from the "
        "training file's in-scope lines alone: no out-of-scope example is used, and every threshold is calibrated on "
        "that file.",
    )
    if not (folder / SETS["Full"]).is_dir():
        print(f"\nNot measured: {folder.name} holds no clinc_full; say where it is with --data or HANDBOK_BENCHMARKS.")
        return
    found = {name: _measured(folder / part) for name, part in SETS.items()}
    rows = [("**Handbok**", *(f"{each.in_scope_accuracy:.1f} / {each.oos_recall:.1f}" for each, _ in found.values()))]
    rows.append(("*promised at least*", *("{:.1f} / {:.1f}".format(*PROMISED[name][:2]) for name in SETS)))
    table("In-scope accuracy / out-of-scope recall", ("", *SETS), (*rows, *PUBLISHED))
    columns = (
        "",
        "accuracy@1",
        "AUROC",
        "answered",
        "wrong of them",
        "out of scope answered",
        "median ms",
        "p99 ms",
        "build s",
        "whole run s",
        "variants",
    )
    table("The rest", columns, (_rest(name, *each) for name, each in found.items()))
    print(f"\nPeak memory of both runs: {peak_memory():.0f} MB.")


def _measured(folder: Path) -> tuple[Evaluation, float]:
    train, test = labelled(folder / "train.jsonl"), labelled(folder / "val.jsonl")
    started = time.perf_counter()
    return evaluate(_inside(train), test), time.perf_counter() - started


def _inside(lines: Sequence[Labelled]) -> list[Labelled]:
    return [line for line in lines if line.label != OUT_OF_SCOPE]


def _rest(name: str, found: Evaluation, spent: float) -> tuple[object, ...]:
    promise = found.promise
    return (
        name,
        found.accuracy_at_1,
        found.auroc,
        promise.answered,
        promise.wrong,
        promise.oos_answered,
        f"{found.median_ms:.2f}",
        f"{found.p99_ms:.2f}",
        found.build_s,
        spent,
        found.variants,
    )


if __name__ == "__main__":
    main()
