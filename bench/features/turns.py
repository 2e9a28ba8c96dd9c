# SPDX-License-Identifier: BSD-3-Clause
"""Our features beside libvmaf's, in turns, at every size, depth and number of threads."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from bench.features import runners
from bench.features.clips import CRFS, Clips, Format, make_clips
from bench.features.kernels import kernel_records
from bench.features.runners import COMMAND, FEATURES, ISAS, LIBVMAF, LIBVMAF_AVX2, READING, Rows, Runner
from bench.harness.isas import without_avx512
from bench.harness.spend import Spent, n_cores, on_cores

# Width, height, frames, rounds.
SIZES = ((960, 540, 24, 3), (1920, 1080, 24, 5), (3840, 2160, 10, 3))
FORMATS = tuple(Format(*size[:2], bit_depth, size[2]) for size, bit_depth in product(SIZES, (8, 10)))
N_ROUNDS = {height: n_rounds for _, height, _, n_rounds in SIZES}
GOAL_FORMAT = FORMATS[2]  # 1080p, 8 bit
THREADS = (1, 2)
MANY = len(CRFS)
Record = dict[str, Any]


def runners_of(clips: Clips, n_threads: int) -> dict[tuple[str, int], Runner]:
    """Name and number of distorted clips -> what to run."""
    found: dict[tuple[str, int], Runner] = {
        (LIBVMAF, 1): partial(runners.time_libvmaf, clips, 0, n_threads),
        (READING, 1): partial(runners.time_reading, clips, 0),
    }
    for n_distorted in (1, MANY):
        found[FEATURES, n_distorted] = partial(runners.time_features, clips, n_distorted, n_threads)
        found[COMMAND, n_distorted] = partial(runners.time_command, clips, n_distorted, n_threads)
    if clips.format == GOAL_FORMAT and n_threads == 1:
        for isa in filter(runners.has_isa, ISAS):
            found[isa, 1] = partial(runners.time_isa, clips, isa)
        if through := without_avx512():
            found[LIBVMAF_AVX2, 1] = partial(runners.time_libvmaf, clips, 0, n_threads, through)
    return found


def take_turns(
    runners: Mapping[tuple[str, int], Runner], expected: list[Rows], n_rounds: int
) -> dict[tuple[str, int], list[Spent]]:
    """Every runner once a round, in rotating order; an answer that differs in the sixth decimal ends it."""
    spent: dict[tuple[str, int], list[Spent]] = {key: [] for key in runners}
    keys = list(runners)
    for turn in range(n_rounds):
        for key in keys[turn % len(keys) :] + keys[: turn % len(keys)]:
            cost, answers = runners[key]()
            assert answers == expected[: len(answers)], f"{key[0]}: other features than libvmaf's"
            spent[key].append(cost)
    return spent


def summarise(turns: list[Spent]) -> Record:
    """Medians; the peak is the highest."""
    peaks = [turn.peak_mib for turn in turns if turn.peak_mib is not None]
    return {
        "median": statistics.median(turn.seconds for turn in turns),
        "cpu": statistics.median(turn.cpu_seconds for turn in turns),
        "low": min(turn.seconds for turn in turns),
        "high": max(turn.seconds for turn in turns),
        "peak_mib": max(peaks) if peaks else None,
        "bytes_read": turns[0].bytes_read,
    }


def measure(format: Format, n_rounds: int) -> list[Record]:
    """libvmaf's answer for each distorted clip comes first, and every later one has to equal it."""
    records = []
    with tempfile.TemporaryDirectory(prefix="vmaf-dnn-bench-") as folder:
        clips = make_clips(Path(folder), format)
        expected = [runners.time_libvmaf(clips, index, n_cores())[1][0] for index in range(MANY)]
        for n_threads in filter(lambda n: n <= n_cores(), THREADS):
            with on_cores(n_threads):
                spent = take_turns(runners_of(clips, n_threads), expected, n_rounds)
            facts = {"height": format.height, "bit_depth": format.bit_depth, "n_frames": format.n_frames}
            facts |= {"threads": n_threads, "raw_bytes": clips.reference.stat().st_size}
            records += [
                {"runner": name, "n_distorted": n, **facts, **summarise(turns)}
                for (name, n), turns in spent.items()
            ]
    return records


def feature_kernels() -> list[Record]:
    with tempfile.TemporaryDirectory(prefix="vmaf-dnn-bench-") as folder, on_cores(1):
        two_frames = replace(GOAL_FORMAT, n_frames=2)
        return kernel_records(make_clips(Path(folder), two_frames, CRFS[2:3]))


def features() -> list[Record]:
    return [record for format in FORMATS for record in measure(format, N_ROUNDS[format.height])]
