# SPDX-License-Identifier: BSD-3-Clause
"""Small manifests, and what a batch leaves behind."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from tests.support.synthetic import Frame, synthetic_pair, write_y4m

RESULTS = ("pooled.parquet", "frames.parquet", "index.html")


def write_clips(folder: Path, n_references: int, n_versions: int, n_frames: int = 6) -> list[tuple[str, str]]:
    """Write references of 64x48 and distorted versions of each as y4m, and return the names of the pairs."""
    pairs = []
    for i in range(n_references):
        frames = [synthetic_pair(64, 48, 8, 10 * i + t) for t in range(n_frames)]
        write_y4m(folder / f"ref{i}.y4m", [reference for reference, _ in frames], 8)
        for k in range(n_versions):
            versions: list[Frame] = [distorted // (k + 1) * (k + 1) for _, distorted in frames]
            write_y4m(folder / f"dist{i}_{k}.y4m", versions, 8)
            pairs.append((f"ref{i}.y4m", f"dist{i}_{k}.y4m"))
    return pairs


def write_manifest(path: Path, pairs: Sequence[Sequence[str]], columns: Sequence[str] = ()) -> Path:
    """Write rows as CSV."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("reference", "distorted", *columns))
        writer.writerows(pairs)
    return path


def results_in(folder: Path) -> dict[str, bytes]:
    """The bytes of all result files."""
    reports = sorted((folder / "reports").glob("*")) if (folder / "reports").exists() else []
    return {path.name: path.read_bytes() for path in (*(folder / name for name in RESULTS), *reports)}
