# SPDX-License-Identifier: BSD-3-Clause
"""VIF, ADM and motion one by one: cycles a pixel, beside the multiply-adds that they take at least."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench.features import runners
from bench.features.clips import Clips, Format
from bench.harness.isas import forced
from bench.harness.measure import Effort, interleave
from bench.harness.peaks import peaks
from tools.build_lock import build_lock

PROJECT = Path(__file__).resolve().parents[2]
KERNELS = ("VIF", "ADM", "motion")
# Multiply-adds a pixel of both pictures: as libvmaf's vector code does them, and the least that the same
# integers need: squares formed once, only those rows and columns of the pyramid that are kept.
MULTIPLY_ADDS = {"VIF": (300, 215), "ADM": (50, 40), "motion": (10, 10)}
PEAK_OF = {"avx2": "madd_avx2", "avxvnni": "madd_avx2", "avx512": "madd_avx512", "avx512vnni": "madd_avx512"}
N_TURNS = 15
Record = dict[str, Any]


@lru_cache
def program() -> Path:
    """Built beside the installed package, of whose objects it is made."""
    trees = sorted(PROJECT.glob("build/cp*/CMakeCache.txt"), key=lambda path: path.stat().st_mtime)
    assert trees, "the package was not built in this tree: make install"
    command: list[str | Path] = ["cmake", "--build", trees[-1].parent, "--target", "time_kernels"]
    with build_lock("wheel"):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return trees[-1].parent / "time_kernels"


def frame_bytes(format: Format) -> int:
    """4:2:0."""
    return format.width * format.height * 3 // 2 * (2 if format.bit_depth > 8 else 1)


def time_kernels(clips: Clips, isa: str, n_turns: int) -> tuple[list[float], dict[str, float], float]:
    """Features of the second frame, seconds of each kernel, cycles in a second."""
    format = clips.format
    size = (format.width, format.height, format.bit_depth, frame_bytes(format), n_turns)
    with forced(isa):
        words = [program(), clips.reference, clips.distorted[0], *size]
        result = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=True)
    features, times = ([float(word) for word in line.split()] for line in result.stdout.splitlines())
    return features, dict(zip(KERNELS, times, strict=False)), times[-1]


def madd_rates() -> dict[str, float]:
    """16-bit multiply-adds a second between registers, of the two vector widths."""
    calls = {name: peak for name, peak in peaks().items() if name.startswith("madd")}
    timings = interleave({name: call for name, (call, _) in calls.items()}, Effort(21))
    return {name: macs / timings[name].median for name, (_, macs) in calls.items()}


def kernel_records(clips: Clips) -> list[Record]:
    """Of every instruction set that the CPU has."""
    rates = madd_rates()
    records = []
    for isa in filter(runners.has_isa, runners.ISAS):
        _, seconds, clock = time_kernels(clips, isa, N_TURNS)
        cycles = {name: value * clock / clips.format.n_pixels_a_frame for name, value in seconds.items()}
        records.append({"isa": isa, "cycles": cycles, "clock": clock, "peak": rates[PEAK_OF[isa]] / clock})
    return records
