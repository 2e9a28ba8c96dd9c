# SPDX-License-Identifier: BSD-3-Clause
"""What an architecture costs to store and to run; its weights have no part in that."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from vmaf_dnn import Session
from vmaf_train.files import Progress, no_progress
from vmaf_train.fit.net import Checkpoint, FusionMLP, hidden_of
from vmaf_train.onnx_files.export import export

_N_ROUNDS = 101
_CALLS_PER_ROUND = 500


@dataclass(frozen=True)
class Cost:
    """Of the fp32 file: its size, and the median time of one row through `vmaf_dnn.Session`."""

    n_params: int
    file_bytes: int
    one_row_us: float
    engine: str

    def to_json(self) -> dict[str, object]:
        """As in a report."""
        return asdict(self)


def costs(archs: Sequence[str], progress: Progress = no_progress, n_features: int = 6) -> list[Cost]:
    """Export a net of each architecture and time one-row calls, in turns, on one thread."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{arch}.onnx" for arch in archs]
        n_params = [_export(arch, path, n_features) for arch, path in zip(archs, paths, strict=True)]
        sessions = [Session(path) for path in paths]
        row = np.full((1, n_features), 0.5, np.float32)
        rounds = np.empty((_N_ROUNDS, len(sessions)))
        for i in range(_N_ROUNDS):
            rounds[i] = [_us_per_call(session, row) for session in sessions]
            progress(i + 1, _N_ROUNDS)
        medians = np.median(rounds, axis=0)
        return [
            Cost(n, path.stat().st_size, round(float(us), 4), session.info.engine)
            for n, path, us, session in zip(n_params, paths, medians, sessions, strict=True)
        ]


def _export(arch: str, path: Path, n_features: int) -> int:
    torch.manual_seed(0)
    mean, std = np.zeros(n_features), np.ones(n_features)
    net = FusionMLP(hidden_of(arch), mean, std)
    export(Checkpoint(arch, net.state_dict(), mean, std, {}), path)
    return net.n_params


def _us_per_call(session: Session, row: np.ndarray) -> float:
    run, start = session.run, time.perf_counter_ns()
    for _ in range(_CALLS_PER_ROUND):
        run(row)
    return (time.perf_counter_ns() - start) / _CALLS_PER_ROUND / 1000
