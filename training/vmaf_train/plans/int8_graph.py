# SPDX-License-Identifier: BSD-3-Clause
"""The int8 form of both graphs: weights of products in int8, a scale a channel, convolutions as they are."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

from vmaf_train.files import write_bytes
from vmaf_train.onnx_files.graph import serialised


def dynamic_int8(fp32: Path, int8: Path) -> None:
    """Write the int8 file of a fp32 one; seven bits a weight, as on CPUs without VNNI eight overflow."""
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.ERROR)  # without the advice to prepare the graph
    try:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "int8.onnx"
            quantize_dynamic(
                onnx.load(fp32),
                made,
                weight_type=QuantType.QInt8,
                per_channel=True,
                reduce_range=True,
                op_types_to_quantize=["MatMul"],
            )
            model = onnx.load(made)
    finally:
        logging.getLogger().setLevel(level)
    del model.graph.value_info[:]
    model.producer_name, model.producer_version = "onnx.quantize", "0.1.0"
    write_bytes(int8, serialised(model))
