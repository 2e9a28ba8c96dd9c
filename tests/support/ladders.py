# SPDX-License-Identifier: BSD-3-Clause
"""Reports of encodes that were never made: a rate and a score each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from vmaf_dnn.ladders import Group, Rung
from vmaf_dnn.report import ClipNames, Report

# The example in the README of the package bjontegaard: x265 with two presets.
ANCHOR = ([1358.24, 2486.44, 4593.60, 9487.76], [34.851, 36.845, 38.615, 40.037])
TEST = ([1356.24, 2451.52, 4469.00, 9787.80], [34.987, 36.970, 38.651, 40.121])


def report_of(
    name: str,
    rate: float | None,
    scores: ArrayLike,
    *,
    codec: str | None = "h264",
    reference: str = "ref.y4m",
) -> Report:
    values = np.atleast_1d(np.asarray(scores, dtype=np.float64))
    states = {"codec": codec, "kbit_per_s": rate}
    known = {key: value for key, value in states.items() if value is not None}
    clips = ClipNames(reference, name, "", {"frame_rate": 25.0}, known)
    return Report(
        np.arange(len(values)), {"vmaf": values}, 64, 48, None, "test", svm_metrics=("vmaf",), clips=clips
    )


def reports_of(codec: str, rates: Sequence[float], scores: Sequence[float]) -> list[Report]:
    return [
        report_of(f"{codec}_{rate:g}.mkv", rate, score, codec=codec)
        for rate, score in zip(rates, scores, strict=True)
    ]


def rungs_of(rates: Sequence[float], scores: Sequence[float], name: str = "h264") -> tuple[Rung, ...]:
    return tuple(
        Rung(f"{name} {i}", name, rate, score, report_of(f"{name} {i}", rate, score))
        for i, (rate, score) in enumerate(zip(rates, scores, strict=True))
    )


def group_of(name: str, rates: Sequence[float], scores: Sequence[float]) -> Group:
    return Group(name, rungs_of(rates, scores, name))
