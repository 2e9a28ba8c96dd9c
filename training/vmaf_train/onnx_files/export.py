# SPDX-License-Identifier: BSD-3-Clause
"""From a checkpoint to an ONNX file, checked against torch before anyone sees it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from vmaf_dnn.errors import ModelRejected
from vmaf_train.files import write_bytes
from vmaf_train.fit.net import Checkpoint
from vmaf_train.onnx_files.graph import build_graph, serialised
from vmaf_train.onnx_files.scoring import INPUT, OUTPUT

PARITY = 1e-5
"""Largest |ONNX Runtime - torch| as a share of the score range: 1e-3 VMAF points.

Both compute in float32, whose spacing at 100 is 8e-6; a sum of 64 products in another order moves the
score by a few of those. An absolute 1e-5 would ask for bits that float32 does not have.
"""
_N_PROBES = 4096


def export(checkpoint: Checkpoint, path: Path) -> float:
    """Write the model and return its parity error as a share of the score range.

    Raises `ModelRejected`, and writes nothing, if ONNX Runtime and torch differ by more than `PARITY`.
    """
    model = checkpoint.model()
    data = serialised(build_graph({name: value.numpy() for name, value in model.state_dict().items()}))
    rows = probe_rows(checkpoint)
    with torch.inference_mode():
        expected = model(torch.from_numpy(rows)).numpy()
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    difference = np.abs(session.run([OUTPUT], {INPUT: rows})[0].astype(np.float64) - expected)
    error = float(difference.max() / _span(checkpoint))
    if not error <= PARITY:
        raise ModelRejected(
            f"The export of {checkpoint.arch} differs from torch by {error:.2g} of the score range, expected"
            f" at most {PARITY}; the weights are likely huge, so train it again."
        )
    write_bytes(path, data)
    return error


def _span(checkpoint: Checkpoint) -> float:
    lowest, highest = checkpoint.task.output_range
    return highest - lowest


def probe_rows(checkpoint: Checkpoint) -> NDArray[np.float32]:
    """(4096, k) rows spread three standard deviations around the training rows, the same every time."""
    spread = np.random.default_rng(0).uniform(-3, 3, (_N_PROBES, len(checkpoint.mean)))
    rows = checkpoint.mean + spread * checkpoint.std
    return rows.astype(np.float32)
