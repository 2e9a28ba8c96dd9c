# SPDX-License-Identifier: BSD-3-Clause
"""Weights of convolutions and attention tuned so that their int8 form gives what the fp32 file gives.

The graph runs with its values and weights rounded as int8 rounds them, gradients pass straight through the
rounding, and Adam moves the parameters towards the fp32 outputs on the training samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
import torch
from torch import Tensor

from vmaf_train.files import Progress, no_progress
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.layers import layers_of
from vmaf_train.quantize.samples import Samples
from vmaf_train.quantize.torch_graph import Rounding, TorchGraph

_LAST_PLACE = 255


@dataclass(frozen=True)
class Distilling:
    """How long: Adam steps of `batch` samples each, the step size falling to 0 in a cosine."""

    steps: int = 300
    batch: int = 4
    learning_rate: float = 2e-4
    seed: int = 0


def distil(
    model: onnx.ModelProto,
    form: Form,
    samples: Samples,
    how: Distilling | None = None,
    progress: Progress = no_progress,
) -> onnx.ModelProto:
    """Return a copy of a fp32 model with weights tuned for the dynamic form of int8.

    The same arguments give the same weights. Raises `ModelRejected` for an operator that is not tuned.
    """
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums in one order
    try:
        return _distil(model, form, samples, how or Distilling(), progress)
    finally:
        torch.set_num_threads(n_threads)


def _distil(
    model: onnx.ModelProto, form: Form, samples: Samples, how: Distilling, progress: Progress
) -> onnx.ModelProto:
    net, exact = TorchGraph(model), TorchGraph(model)
    rounding = _rounding(model, form)
    adam = torch.optim.Adam(net.weights().values(), how.learning_rate)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, how.steps)
    random = np.random.default_rng(how.seed)
    for n_done in range(1, how.steps + 1):
        adam.zero_grad()
        for one in samples.chosen(random.integers(0, len(samples), how.batch)):
            inputs = {name: torch.from_numpy(array) for name, array in one.items()}
            with torch.no_grad():
                wanted = exact(inputs)
            (((net(inputs, rounding) - wanted) ** 2).mean() / how.batch).backward()
        adam.step()
        falling.step()
        progress(n_done, how.steps)
    return net.tuned()


def _rounding(model: onnx.ModelProto, form: Form) -> Rounding:
    kept = form.kept(model)
    axes = {one.node.name: one.axis for one in layers_of(model) if one.name not in kept}

    def rounded(node: onnx.NodeProto, value: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
        if node.name not in axes:
            return value, weight
        return _through(value, _in_bytes(value)), _through(weight, _on_grid(weight, axes[node.name], form))

    return rounded


def _through(value: Tensor, rounded: Tensor) -> Tensor:
    """Give the rounded value, and pass gradients on as if it were none."""
    return value + (rounded - value).detach()


def _in_bytes(value: Tensor) -> Tensor:
    lowest, highest = value.detach().amin().clamp(max=0), value.detach().amax().clamp(min=0)
    step = ((highest - lowest) / _LAST_PLACE).clamp(min=1e-12)
    zero = (-lowest / step).round()
    return ((value / step + zero).round().clamp(0, _LAST_PLACE) - zero) * step


def _on_grid(weight: Tensor, axis: int, form: Form) -> Tensor:
    others = [i for i in range(weight.ndim) if i != axis] if form.per_channel else list(range(weight.ndim))
    step = weight.detach().abs().amax(dim=others, keepdim=True).clamp(min=1e-12) / form.largest_weight
    return (weight / step).round() * step
