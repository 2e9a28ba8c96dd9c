# SPDX-License-Identifier: BSD-3-Clause
"""How many times as long libvmaf takes as we do, from the records of one run."""

from __future__ import annotations

from typing import Any

from bench.features.runners import COMMAND, FEATURES, LIBVMAF, READING

Records = list[dict[str, Any]]
GOAL_CASE = {"height": 1080, "bit_depth": 8, "threads": 1}


def find(records: Records, runner: str, n_distorted: int = 1, **facts: Any) -> dict[str, Any]:
    """The one record of these facts; those of the goals where they are left out."""
    wanted = {**GOAL_CASE, "runner": runner, "n_distorted": n_distorted, **facts}
    (found,) = [r for r in records if all(r[name] == value for name, value in wanted.items())]
    return found


def libvmaf_alone(records: Records, key: str = "median", peer: str = LIBVMAF, **facts: Any) -> float:
    """Its seconds without ffmpeg's start and without reading, both of which ours include where it counts."""
    whole, reading = (find(records, runner, **facts)[key] for runner in (peer, READING))
    return float(whole - reading)


def features_ratio(
    records: Records,
    n_distorted: int = 1,
    runner: str = FEATURES,
    key: str = "median",
    peer: str = LIBVMAF,
    **facts: Any,
) -> float:
    """libvmaf alone, a run for each distorted clip ÷ one call of ours, reading and all."""
    ours = find(records, runner, n_distorted, **facts)[key]
    return n_distorted * libvmaf_alone(records, key, peer, **facts) / float(ours)


def command_ratio(records: Records, n_distorted: int = 1, key: str = "median", **facts: Any) -> float:
    """Whole processes: ffmpeg with libvmaf, one for each distorted clip ÷ one vmaf-dnn."""
    theirs = find(records, LIBVMAF, **facts)[key]
    return float(n_distorted * theirs / find(records, COMMAND, n_distorted, **facts)[key])
