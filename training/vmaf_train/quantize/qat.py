# SPDX-License-Identifier: BSD-3-Clause
"""Weights that lose little when they are run in int8, tuned from those of a fp32 file.

What int8 adds to a score is the rounding of the values that go into a layer, to one of 256 places between
the smallest and the largest value of the row. Such an error is as good as uniform within half a step, so the
net is fitted to the fp32 file's own scores with noise in the place of rounding (as in Defossez et al.,
"Differentiable model compression via pseudo quantization noise", 2021). The noise is drawn once and its
step follows the values: the loss is smooth, and L-BFGS finds how to make the noise small, which a gradient
passed straight through the rounding can't see. Then the int8 weights are rounded, and the rest of the net
is fitted again to what they have become.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from vmaf_dnn.errors import ModelRejected
from vmaf_train.files import Progress, no_progress
from vmaf_train.fit.net import FusionMLP
from vmaf_train.metrics import OUTPUT_RANGE
from vmaf_train.onnx_files.graph import gemm_names
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.noise_fit import Task, dense_layers, fit, round_weights

_FARTHEST = 2.0


@dataclass(frozen=True)
class Tuning:
    """L-BFGS steps for all weights, then for those that stay fp32, on `n_rows` rows and as many around."""

    n_rows: int = 6000
    steps: int = 600
    refit_steps: int = 200
    seed: int = 0


def tune(
    model: onnx.ModelProto,
    form: Form,
    rows: NDArray[np.floating],
    tuning: Tuning | None = None,
    progress: Progress = no_progress,
    output_range: tuple[float, float] = OUTPUT_RANGE,
) -> onnx.ModelProto:
    """Return a copy of a fp32 model with weights that the dynamic `form` rounds to themselves.

    `rows` are (n, k) of the training split. The same arguments give the same weights. Raises
    `ModelRejected` for a graph whose parameters are not named as `vmaf-train export` names them.
    """
    net, kept = _net(model), form.kept(model)
    int8 = [depth for depth, name in enumerate(gemm_names(model)) if name not in kept]
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums in one order
    try:
        task = _task(net, int8, rows, tuning or Tuning(), output_range)
        _tune(net, int8, form, task, tuning or Tuning(), progress)
    finally:
        torch.set_num_threads(n_threads)
    return _with_parameters(model, net)


def _tune(
    net: FusionMLP,
    int8: Sequence[int],
    form: Form,
    task: Task,
    tuning: Tuning,
    progress: Progress,
) -> None:
    n_total = tuning.steps + tuning.refit_steps
    net.double()
    fit(net, net.parameters(), task, tuning.steps, lambda n, _: progress(n, n_total))
    weights = [dense_layers(net)[depth].weight for depth in int8]
    for weight in weights:
        round_weights(weight, form)
        weight.requires_grad_(False)
    rest = [one for one in net.parameters() if one.requires_grad]
    fit(net, rest, task, tuning.refit_steps, lambda n, _: progress(tuning.steps + n, n_total))
    net.float()


def _net(model: onnx.ModelProto) -> FusionMLP:
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    hidden = [len(array) for name, array in arrays.items() if name.endswith(".bias")][:-1]
    try:
        net = FusionMLP(hidden, arrays["mean"], arrays["std"])
        net.load_state_dict({name: torch.tensor(arrays[name]) for name in net.state_dict()})
    except (KeyError, IndexError, RuntimeError) as error:
        raise ModelRejected(
            f"The graph lacks a parameter of `vmaf-train export`: {error}; export the model again."
        ) from error
    return net


def _with_parameters(model: onnx.ModelProto, net: FusionMLP) -> onnx.ModelProto:
    tuned, state = onnx.ModelProto(), net.state_dict()
    tuned.CopyFrom(model)
    for tensor in tuned.graph.initializer:
        if tensor.name in state:
            tensor.CopyFrom(numpy_helper.from_array(state[tensor.name].numpy(), tensor.name))
    return tuned


def _task(
    net: FusionMLP,
    int8: Sequence[int],
    rows: NDArray[np.floating],
    tuning: Tuning,
    output_range: tuple[float, float],
) -> Task:
    """Return the fp32 scores to be kept; one that reports clip weighs less the farther out it is."""
    random = np.random.default_rng(tuning.seed)
    some = _chosen(net, rows, tuning.n_rows, random)
    features = torch.from_numpy(np.concatenate([some, _around(some, random)]).astype(np.float32))
    with torch.no_grad():
        target = net(features).double()
    lowest, highest = output_range
    outside = (lowest - target).relu() + (target - highest).relu()
    sizes = {depth: (len(features), dense_layers(net)[depth].in_features) for depth in int8}
    noise = {depth: torch.from_numpy(random.uniform(-0.5, 0.5, size)) for depth, size in sizes.items()}
    return Task(features.double(), target, (1 + outside) ** -2, noise)


def _chosen(
    net: FusionMLP, rows: NDArray[np.floating], n_rows: int, random: np.random.Generator
) -> NDArray[np.floating]:
    """Far from the mean rows are few and errors largest: they are drawn more often."""
    distance = (((rows - net.mean.numpy()) / net.std.numpy()) ** 2).sum(axis=1)
    chance = distance + distance.mean()
    chosen = random.choice(len(rows), min(n_rows, len(rows)), replace=False, p=chance / chance.sum())
    return rows[chosen]


def _around(rows: NDArray[np.floating], random: np.random.Generator) -> NDArray[np.floating]:
    """Rows moved towards or away from others: what a net gives off its rows is to be kept, too."""
    other = rows[random.permutation(len(rows))]
    part = _FARTHEST * random.random((len(rows), 1)) ** 2 * random.choice((-1, 1), (len(rows), 1))
    moved: NDArray[np.floating] = np.maximum(rows + part * (other - rows), 0)
    return moved
