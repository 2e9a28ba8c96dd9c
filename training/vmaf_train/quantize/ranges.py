# SPDX-License-Identifier: BSD-3-Clause
"""The scales of a static int8 graph, from what its values are on samples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from vmaf_train.quantize.int8_nodes import Scale
from vmaf_train.quantize.samples import Samples

_LAST_PLACE = 255
_KEPT_BITS = 12


def scales_of(model: onnx.ModelProto, values: Sequence[str], samples: Samples) -> dict[str, Scale]:
    """Return step and zero point of each value, so that its bytes reach from the lowest to the highest seen.

    Steps keep 12 bits, rounded up: sums in another order, as another release of ONNX Runtime has them, give
    the same file.
    """
    seen = _extremes(model, values, samples)
    return {value: _scale(lowest, highest) for value, (lowest, highest) in seen.items()}


def _extremes(
    model: onnx.ModelProto, values: Sequence[str], samples: Samples
) -> dict[str, tuple[float, float]]:
    open_ = onnx.ModelProto()
    open_.CopyFrom(model)
    inputs = {value.name for value in model.graph.input}
    inner = [value for value in values if value not in inputs]
    del open_.graph.output[:]
    open_.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in inner)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        open_.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    found = {value: (0.0, 0.0) for value in values}
    for one in samples:
        made = one | dict(zip(inner, session.run(inner, one), strict=True))
        for value, (lowest, highest) in found.items():
            found[value] = min(lowest, float(made[value].min())), max(highest, float(made[value].max()))
    return found


def _scale(lowest: float, highest: float) -> Scale:
    """0 is within, and has a place of its own."""
    if highest == lowest:
        return np.float32(1), np.uint8(0)
    fraction, exponent = np.frexp((highest - lowest) / _LAST_PLACE)
    step = np.ldexp(np.ceil(fraction * 2**_KEPT_BITS) / 2**_KEPT_BITS, exponent)
    return np.float32(step), np.uint8(np.clip(np.rint(-lowest / step), 0, _LAST_PLACE))
