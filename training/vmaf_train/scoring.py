# SPDX-License-Identifier: BSD-3-Clause
"""Scores of an ONNX file by ONNX Runtime, the way the library runs it."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from vmaf_dnn.errors import ModelRejected

from .files import Progress, no_progress

INPUT, OUTPUT = "features", "vmaf"
_STEP = 1000


def load_graph(path: Path) -> onnx.ModelProto:
    """The parsed model. Raises `ModelRejected` for a file that is missing or not ONNX."""
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model)
    except Exception as error:  # protobuf, onnx and the operating system each raise their own
        reason = str(error).strip().partition("\n")[0]
        raise ModelRejected(f"{path} is not a readable ONNX model: {reason}; export it again.") from error
    return model


def is_dynamic(model: onnx.ModelProto) -> bool:
    """Whether the graph takes one scale for its whole input, so that rows must go in one by one."""
    return any(node.op_type == "DynamicQuantizeLinear" for node in model.graph.node)


def score_rows(
    path: Path, features: NDArray[np.floating], progress: Progress = no_progress
) -> NDArray[np.float64]:
    """(n, 6) canonical-6 rows -> (n,) scores, not clipped; each row by itself if the graph is dynamic."""
    model = load_graph(path)
    session = _open(model)
    rows = np.ascontiguousarray(features, dtype=np.float32)
    if not is_dynamic(model):
        return np.asarray(session.run([OUTPUT], {INPUT: rows})[0], np.float64)
    scores = np.empty(len(rows))
    for i in range(len(rows)):
        scores[i] = session.run([OUTPUT], {INPUT: rows[i : i + 1]})[0][0]
        if i % _STEP == 0 or i + 1 == len(rows):
            progress(i + 1, len(rows))
    return scores


def _open(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
