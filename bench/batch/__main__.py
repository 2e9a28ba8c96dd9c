# SPDX-License-Identifier: BSD-3-Clause
"""Scores small pairs by a loop of `score()`, and by batches of one and two workers, of which one is killed.

On a machine that does other work, too, processor time says what a batch costs, and the shortest of several
runs what a second worker brings.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import vmaf_dnn
from vmaf_dnn.batch import score_batch

_RESULTS = ("pooled.parquet", "frames.parquet", "index.html")
_WIDTH, _HEIGHT = 320, 180


def main() -> None:
    """Measure, and print a line for each result."""
    parser = argparse.ArgumentParser(prog="python -m bench.batch", description=__doc__)
    parser.add_argument("--pairs", type=int, default=200, help="default: %(default)s")
    parser.add_argument("--frames", type=int, default=24, help="default: %(default)s")
    parser.add_argument("--versions", type=int, default=5, help="of a reference; default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = _write_clips(folder, arguments.pairs, arguments.versions, arguments.frames)
        manifest = folder / "pairs.csv"
        lines = ["reference,distorted", *(f"{reference},{distorted}" for reference, distorted in pairs)]
        manifest.write_text("\n".join(lines) + "\n")
        folders = (folder / f"out{i}" for i in itertools.count())
        works: dict[str, Callable[[], object]] = {
            "loop of score()": lambda: _loop(folder, pairs),
            "batch, 1 worker": lambda: score_batch(manifest, next(folders), workers=1),
            "batch, 2 workers": lambda: score_batch(manifest, next(folders), workers=2),
        }
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
        for _ in range(arguments.rounds):
            for work, do in works.items():
                spent[work].append(_spent(do))
        _print(spent, len(pairs))
        print(f"killed three times: {_after_kills(manifest, folder / 'killed', folder / 'out0')}")


def _write_clips(folder: Path, n_pairs: int, n_versions: int, n_frames: int) -> list[tuple[str, str]]:
    random_ = np.random.default_rng(1)
    y, x = np.mgrid[:_HEIGHT, :_WIDTH]
    chroma = bytes([128]) * (_WIDTH * _HEIGHT // 2)
    pairs = []
    for i in range(-(-n_pairs // n_versions)):
        moving = [
            128 + 60 * np.sin((x + 3 * t) / 9 + i) + 40 * np.cos((x - 2 * y) / 13) for t in range(n_frames)
        ]
        frames = [picture + random_.normal(0, 3, picture.shape) for picture in moving]
        versions = {f"r{i}.y4m": 1} | {f"d{i}_{k}.y4m": 4 * (k + 1) for k in range(n_versions)}
        for name, step in versions.items():
            with (folder / name).open("wb") as file:
                file.write(f"YUV4MPEG2 W{_WIDTH} H{_HEIGHT} F25:1 C420jpeg\n".encode())
                for frame in frames:
                    luma = (np.clip(frame, 0, 255) // step * step).astype(np.uint8)
                    file.write(b"FRAME\n" + luma.tobytes() + chroma)
        pairs += [(f"r{i}.y4m", f"d{i}_{k}.y4m") for k in range(n_versions)]
    return pairs[:n_pairs]


def _loop(folder: Path, pairs: list[tuple[str, str]]) -> None:
    for reference, distorted in pairs:
        report = vmaf_dnn.score(folder / reference, folder / distorted, threads=1)
        assert report.pooled_metrics.keys() == report.statistics.keys()  # which a batch keeps


def _spent(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds of the clock and of processors, those of ended children too."""
    before, started_s = os.times(), time.monotonic()
    work()
    after = os.times()
    return time.monotonic() - started_s, sum(after[:4]) - sum(before[:4])


def _print(spent: dict[str, list[tuple[float, float]]], n_pairs: int) -> None:
    best = {work: tuple(min(column) for column in zip(*runs, strict=True)) for work, runs in spent.items()}
    for work, (clock_s, cpu_s) in best.items():
        print(f"{work:<18} {clock_s:8.2f} s  {cpu_s:8.2f} s of CPUs  {n_pairs / clock_s:7.1f} pairs/s")
    loop, one, two = best.values()
    print(f"processor time of a batch to that of the loop: {one[1] / loop[1]:.3f}")
    print(f"two workers to one: {one[0] / two[0]:.2f} times as fast")


def _after_kills(manifest: Path, folder: Path, undisturbed: Path) -> str:
    words = [
        sys.executable,
        "-m",
        "vmaf_dnn",
        "batch",
        str(manifest),
        "-o",
        str(folder),
        "--workers",
        "2",
        "-q",
    ]
    kept = [0]
    for _ in range(3):
        wanted = kept[-1] + random.randint(5, 40)
        with subprocess.Popen(words) as batch:
            while _n_kept(folder) < wanted and batch.poll() is None:
                time.sleep(0.01)
            batch.send_signal(signal.SIGKILL)
        kept.append(_n_kept(folder))
    score_batch(manifest, folder, workers=2)
    same = all((folder / name).read_bytes() == (undisturbed / name).read_bytes() for name in _RESULTS)
    return f"{', '.join(map(str, kept[1:]))} pairs kept; results {'equal' if same else 'DIFFER'}"


def _n_kept(folder: Path) -> int:
    return sum(1 for _ in (folder / "pairs").rglob("[!.]*.arrow"))


if __name__ == "__main__":
    main()
