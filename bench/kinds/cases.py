# SPDX-License-Identifier: BSD-3-Clause
"""Which models, what goes into them, and who runs them: our session, and onnxruntime on the same file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import onnxruntime

import vmaf_dnn
from bench.harness.measure import Call

Precision = Literal["fp32", "int8"]
PLANES = ((224, 224), (1080, 1920))
RUNNERS = ("vmaf_dnn", "onnxruntime")
TOLERANCE = 1e-5  # of the largest value


@dataclass(frozen=True)
class Case:
    """A model on one thing of a size, "224x224" or that of its only input."""

    model: vmaf_dnn.ModelInfo
    size: str
    inputs: dict[str, np.ndarray]

    @property
    def precisions(self) -> list[Precision]:
        return ["fp32"] if self.model.int8_path is None else ["fp32", "int8"]

    def open(self, runner: str, precision: Precision) -> Call:
        """One thread; the answer is the first output."""
        path = self.model.path if precision == "fp32" else self.model.int8_path
        opened: Any
        if runner == "vmaf_dnn":
            opened = vmaf_dnn.Session(str(path), precision=precision, threads=1)
            return Call(opened.run, (self.inputs,), read=lambda made: next(iter(made.values())))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        opened = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        return Call(opened.run, (None, self.inputs), read=lambda made: made[0])

    def calls(self) -> dict[tuple[str, Precision], Call]:
        """Every runner in every precision, whose answers are one."""
        calls = {
            (runner, precision): self.open(runner, precision)
            for precision in self.precisions
            for runner in RUNNERS
        }
        for precision in self.precisions:
            ours, theirs = (calls[runner, precision].answer() for runner in RUNNERS)
            difference = np.abs(ours - theirs).max() / np.abs(theirs).max()
            assert difference < TOLERANCE, f"{self.model.id} {precision}: off by {difference} of the largest"
        return calls


def cases(registry: str | None = None) -> Iterator[Case]:
    """Every model that takes no rows, of the registries that there are."""
    for model in vmaf_dnn.models(registry):
        if model.kind != "fr":
            shapes = shapes_of(model)
            is_open = any(-1 in shape for shape in shapes.values())
            for height, width in PLANES if is_open else ((0, 0),):
                sizes = {
                    name: (*shape[:-2], height, width) if -1 in shape else shape
                    for name, shape in shapes.items()
                }
                yield Case(model, _size(sizes), {name: _filled(name, sizes[name]) for name in sizes})


def shapes_of(model: vmaf_dnn.ModelInfo) -> dict[str, tuple[int, ...]]:
    """Sizes of each input; -1 is any."""
    found = {}
    for said in vmaf_dnn.Session(str(model.path)).info.inputs:
        match = re.fullmatch(r"(\S+): float32 \[(.*)\]", said)
        assert match is not None, said
        found[match[1]] = tuple(int(size) if size.isdigit() else -1 for size in match[2].split(", "))
    return found


def _size(shapes: dict[str, tuple[int, ...]]) -> str:
    first = next(iter(shapes.values()))
    return f"{first[-1]}x{first[-2]}" if len(first) == 4 else " ".join(map(str, first[1:]))


@lru_cache
def _filled(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers that every input takes: 0 to 1, and word 1."""
    if name == "words":
        return np.ones(shape, np.float32)
    return np.random.default_rng(0).random(shape, np.float32)
