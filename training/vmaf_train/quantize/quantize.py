# SPDX-License-Identifier: BSD-3-Clause
"""int8 files, and how far they move scores."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.data.table import features_of, is_real
from vmaf_train.files import Progress, no_progress, whole_file
from vmaf_train.metrics import OUTPUT_RANGE, agreement, clipped, is_reported
from vmaf_train.onnx_files.graph import serialised
from vmaf_train.onnx_files.scoring import load_graph, score_rows
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.graph import dynamic_graph, shift_last_bias, static_graph
from vmaf_train.quantize.qat import Tuning, tune

_N_CALIBRATION = 4096


@dataclass(frozen=True)
class Quantised:
    """What came of a quantisation beside its file.

    `bias_correction` was added to the last bias, VMAF points. `calibration` says which rows fixed the
    scales of a static model; None for the other modes.
    """

    bias_correction: float
    calibration: str | None


@dataclass(frozen=True)
class Drift:
    """int8 against fp32 on the same rows, both clipped as reports clip; VMAF points and bytes."""

    n_rows: int
    mean_abs: float
    max_abs: float
    bias: float
    plcc: float
    fp32_bytes: int
    int8_bytes: int

    @property
    def plcc_drop(self) -> float:
        """What is missing to a PLCC of 1."""
        return 1 - self.plcc

    def to_json(self) -> dict[str, float]:
        """Return figures rounded to eight decimals: the PLCC of two good files differs in the sixth."""
        return {key: round(value, 8) for key, value in asdict(self).items()}


def quantize(
    fp32: Path,
    int8: Path,
    rows: NDArray[np.floating],
    progress: Progress = no_progress,
    *,
    form: Form | None = None,
    tuning: Tuning | None = None,
    output_range: tuple[float, float] = OUTPUT_RANGE,
) -> Quantised:
    """Write the int8 file of a fp32 one, by default the dynamic form with both ends in fp32.

    `rows` are (n, k) of clips of the training split only. A static model is calibrated on some of them,
    and `qat` tunes the weights on them as `tuning` says. With all modes the mean difference to fp32 that
    remains on them (where scores are not clipped) is taken out of the last bias. Raises as `Form.kept`
    does, and `ModelRejected` if `qat` doesn't know the graph.
    """
    form, model, calibration = form or Form(), load_graph(fp32), None
    with whole_file(int8) as temporary:
        if form.mode == "static":
            some = _some(rows)
            calibration = f"{len(some)} rows of the training split, sha256 {_digest(some)}"
            model = static_graph(model, form, some, temporary)
        elif form.mode == "qat":
            model = dynamic_graph(tune(model, form, rows, tuning, progress, output_range), form, temporary)
        else:
            model = dynamic_graph(model, form, temporary)
        temporary.write_bytes(serialised(model))
        shift = -_mean_difference(fp32, temporary, rows, output_range)
        shift_last_bias(model, shift)
        temporary.write_bytes(serialised(model))
    return Quantised(shift, calibration)


def drift(
    fp32: Path,
    int8: Path,
    features: NDArray[np.floating],
    progress: Progress = no_progress,
    output_range: tuple[float, float] = OUTPUT_RANGE,
) -> Drift:
    """Measures an int8 file on (n, k) rows, as the library runs it."""
    exact = clipped(score_rows(fp32, features), output_range)
    rough = clipped(score_rows(int8, features, progress), output_range)
    return Drift(
        n_rows=len(features),
        mean_abs=float(np.abs(rough - exact).mean()),
        max_abs=float(np.abs(rough - exact).max()),
        bias=float((rough - exact).mean()),
        plcc=agreement(rough, exact).plcc,
        fp32_bytes=fp32.stat().st_size,
        int8_bytes=int8.stat().st_size,
    )


def clip_rows(table: pa.Table) -> NDArray[np.float64]:
    """(n, k), the rows that clips have given; raises `InvalidArgument` if there are none."""
    real = is_real(table)
    if not real.any():
        raise InvalidArgument("All rows are augmented; give a table of `vmaf-train corpus` with them.")
    return features_of(table)[real]


def _mean_difference(
    fp32: Path, int8: Path, rows: NDArray[np.floating], output_range: tuple[float, float]
) -> float:
    exact = score_rows(fp32, rows)
    moved = (score_rows(int8, rows) - exact)[is_reported(exact, output_range)]
    return float(moved.mean()) if moved.size else 0.0


def _some(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    """Up to 4096 of the rows, the same every time."""
    chosen = np.random.default_rng(0).permutation(len(rows))[:_N_CALIBRATION]
    return rows[np.sort(chosen)].astype(np.float32)


def _digest(rows: NDArray[np.float32]) -> str:
    return hashlib.sha256(rows.astype("<f4").tobytes()).hexdigest()
