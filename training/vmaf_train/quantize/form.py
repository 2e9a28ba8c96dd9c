# SPDX-License-Identifier: BSD-3-Clause
"""Which parts of a model become int8, and how."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import onnx

from vmaf_dnn.errors import InvalidArgument, ModelRejected
from vmaf_train.quantize.layers import layer_names, layers_of

MODES = ("dynamic", "static", "qat")
_LARGEST_WEIGHT = {7: 64, 8: 127}
_ENDS = {"first": 0, "last": -1}


@dataclass(frozen=True)
class Form:
    """A form of int8 file; `mode` is the registry's `quant_mode`.

    `dynamic` and `qat` take one scale a row for what goes into an int8 layer, `static` one for all rows.
    `keep_fp32` names layers that stay fp32, `first` and `last` among the names. Seven of the eight bits of
    a weight are the default: x86 CPUs without VNNI add pairs of products in 16 bits, in which 8-bit ones
    don't fit, so that ONNX Runtime's scores would depend on the CPU.
    """

    mode: str = "dynamic"
    per_channel: bool = True
    keep_fp32: tuple[str, ...] = tuple(_ENDS)
    bits: int = 7

    @property
    def largest_weight(self) -> int:
        """The integer that the largest weight of a channel becomes."""
        return _LARGEST_WEIGHT[self.bits]

    def kept(self, model: onnx.ModelProto) -> list[str]:
        """Names of the layers that stay fp32, first to last: those named, and those that int8 saves nothing.

        Raises `ModelRejected` for a graph without layers, `InvalidArgument` for a name that none of them
        has, and if no layer would become int8.
        """
        layers = layer_names(model)
        if not layers:
            raise ModelRejected(
                "The graph has no layer to quantise (Gemm, Conv or MatMul with constant weights); give a fp32"
                " file of `vmaf-train`."
            )
        for name in self.keep_fp32:
            if name not in (*layers, *_ENDS):
                raise InvalidArgument(
                    f"There is no layer {name!r} to keep in fp32; the model has {', '.join(layers)}, and"
                    " first and last are names too."
                )
        named = {layers[_ENDS[name]] if name in _ENDS else name for name in self.keep_fp32}
        named |= {layer.name for layer in layers_of(model) if layer.stays_fp32}
        if len(named) == len(layers):
            raise InvalidArgument(
                f"All {len(layers)} layers would stay fp32; keep fewer of {', '.join(layers)}."
            )
        return [name for name in layers if name in named]

    def to_json(self) -> dict[str, object]:
        """As in a report."""
        return asdict(self) | {"keep_fp32": list(self.keep_fp32)}

    def __str__(self) -> str:
        scales = "one scale a channel" if self.per_channel else "one scale a tensor"
        kept = f"{', '.join(self.keep_fp32)} fp32" if self.keep_fp32 else "every layer"
        return f"{self.mode}, {kept}, {scales}, {self.bits} bits"
