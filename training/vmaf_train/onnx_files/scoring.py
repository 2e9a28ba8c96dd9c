# SPDX-License-Identifier: BSD-3-Clause
"""Scores of an ONNX file, by the library that will run it: what is measured here is what users get."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray

from vmaf_dnn import Session
from vmaf_dnn.errors import ModelRejected, VmafDnnError
from vmaf_train.files import Progress, no_progress

INPUT, OUTPUT = "features", "vmaf"
_STEP = 10_000


def load_graph(path: Path) -> onnx.ModelProto:
    """Return the parsed model. Raises `ModelRejected` for a file that is missing or not ONNX."""
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model)
    except Exception as error:  # protobuf, onnx and the operating system each raise their own
        reason = str(error).strip().partition("\n")[0]
        raise ModelRejected(f"{path} is not a readable ONNX model: {reason}; export it again.") from error
    return model


def shape_of(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    """Return the sizes of an input or output; -1 is one that each run chooses."""
    dims = value.type.tensor_type.shape.dim
    return tuple(dim.dim_value if dim.HasField("dim_value") else -1 for dim in dims)


def is_dynamic(model: onnx.ModelProto) -> bool:
    """Whether the graph takes one scale for its whole input, so that rows must go in one by one."""
    return any(node.op_type == "DynamicQuantizeLinear" for node in model.graph.node)


def score_rows(
    path: Path, features: NDArray[np.floating], progress: Progress = no_progress
) -> NDArray[np.float64]:
    """(n, k) rows -> (n,) scores, not clipped; a row's score depends on no other row.

    Raises what `vmaf_dnn.Session` raises for a file that it does not run, and `RuntimeFailure` for a
    score that is no number.
    """
    session = open_alone(path)
    rows = np.ascontiguousarray(features, dtype=np.float32)
    scores = np.empty(len(rows))
    for first in range(0, len(rows), _STEP):
        chunk = slice(first, first + _STEP)
        scores[chunk] = session.run(rows[chunk])
        progress(min(first + _STEP, len(rows)), len(rows))
    return scores


def open_alone(path: Path) -> Session:
    """Open a copy of a file: registries and sidecars may still speak of the bytes that it has replaced.

    Raises what `vmaf_dnn.Session` raises, with the file's own name.
    """
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder) / "model.onnx"
        try:
            shutil.copyfile(path, alone)
            return Session(alone)
        except OSError as error:
            raise ModelRejected(f"Can't read the model {path}: {error.strerror}; check the path.") from error
        except VmafDnnError as error:
            raise type(error)(f"{path}: {str(error).replace(str(alone), path.name)}") from error
