# SPDX-License-Identifier: BSD-3-Clause
"""int8 files of models that take no rows, and how far they move what comes out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vmaf_train.files import Progress, no_progress, write_bytes
from vmaf_train.metrics import correlation
from vmaf_train.onnx_files.graph import serialised
from vmaf_train.onnx_files.scoring import load_graph
from vmaf_train.quantize.distil import Distilling, distil
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.int8_nodes import dynamic_nodes, static_nodes, values_to_scale
from vmaf_train.quantize.quantize import Drift, Quantised
from vmaf_train.quantize.ranges import scales_of
from vmaf_train.quantize.samples import Array, Samples, run_samples

N_CALIBRATION = 64


def quantize_samples(
    fp32: Path,
    int8: Path,
    samples: Samples,
    progress: Progress = no_progress,
    *,
    form: Form | None = None,
    how: Distilling | None = None,
) -> Quantised:
    """Write the int8 file of a fp32 one, by default the dynamic form with both ends in fp32.

    `samples` are of the training split only. A static model is calibrated on 64 of them, and `qat` tunes the
    weights on them. Raises as `Form.kept` does, and `ModelRejected` for a graph that `qat` does not tune.
    """
    form, model, calibration = form or Form(), load_graph(fp32), None
    if form.mode == "static":
        some = samples.some(N_CALIBRATION)
        calibration = f"{len(some)} samples of the training split, sha256 {some.digest()}"
        model = static_nodes(model, form, scales_of(model, values_to_scale(model, form), some))
    elif form.mode == "qat":
        model = dynamic_nodes(distil(model, form, samples, how or Distilling(), progress), form)
    else:
        model = dynamic_nodes(model, form)
    write_bytes(int8, serialised(model))
    return Quantised(0.0, calibration)


def drift_of_samples(
    fp32: Path, int8: Path, samples: Samples, progress: Progress = no_progress
) -> tuple[Drift, Array]:
    """Measure an int8 file on samples, as the library runs it; returns the fp32 outputs (n, values), too."""
    exact = run_samples(fp32, samples)
    rough = run_samples(int8, samples, progress)
    moved = rough.astype(np.float64) - exact
    drift = Drift(
        n_rows=len(samples),
        mean_abs=float(np.abs(moved).mean()),
        max_abs=float(np.abs(moved).max()),
        bias=float(moved.mean()),
        plcc=correlation(rough.ravel().astype(np.float64), exact.ravel().astype(np.float64)),
        fp32_bytes=fp32.stat().st_size,
        int8_bytes=int8.stat().st_size,
    )
    return drift, exact
