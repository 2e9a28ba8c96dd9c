# SPDX-License-Identifier: BSD-3-Clause
"""Small models of the kinds that take no rows, with weights drawn by a seed, and samples of what goes in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx

from vmaf_train.files import write_bytes
from vmaf_train.onnx_files.graph import serialised
from vmaf_train.onnx_files.nodes import Array, Nodes
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.publish.statement import Statement, write_statement

WORDS = ("end", "red", "green", "blue", "circle", "square", "star")
PLAN = (4, 32)


class Weights:
    """Draws weights that keep the size of what goes through them."""

    def __init__(self, seed: int = 0) -> None:
        self.random = np.random.default_rng(seed)

    def conv(self, n_out: int, n_in: int, size: int = 3) -> tuple[Array, Array]:
        return self._drawn(n_out, n_in, size, size), self.vector(n_out)

    def linear(self, n_out: int, n_in: int) -> tuple[Array, Array]:
        return self._drawn(n_out, n_in), self.vector(n_out)

    def vector(self, *shape: int) -> Array:
        return (0.1 * self.random.standard_normal(shape)).astype(np.float32)

    def _drawn(self, *shape: int) -> Array:
        spread = np.sqrt(2 / np.prod(shape[1:]))
        return (spread * self.random.standard_normal(shape)).astype(np.float32)


def filter_graph(width: int = 16) -> onnx.ModelProto:
    """[1, 1, H, W] -> the same, by residual blocks."""
    weights, nodes = Weights(), Nodes(degraded=[1, 1, "H", "W"])
    value = nodes.conv("first", "degraded", *weights.conv(width, 1))
    for i in range(2):
        inner = nodes.relu(f"relu{i}", nodes.conv(f"wide{i}", value, *weights.conv(width, width)))
        value = nodes.add(f"block{i}", value, nodes.conv(f"deep{i}", inner, *weights.conv(width, width)))
    correction = nodes.conv("last", value, *weights.conv(1, width))
    nodes.add("filtered", "degraded", nodes.affine("small", correction, 0.02, 0.0))
    return nodes.model(filtered=[1, 1, "H", "W"])


def nr_graph(size: int = 32) -> onnx.ModelProto:
    """[1, 1, 32, 32] -> a score, by separable convolutions."""
    weights, nodes = Weights(1), Nodes(tile=[1, 1, size, size])
    value = nodes.relu("relu0", nodes.conv("first", "tile", *weights.conv(32, 1), stride=2))
    value = nodes.relu("relu1", nodes.conv("deep", value, *weights.conv(32, 1), groups=32))
    value = nodes.relu("relu2", nodes.conv("point", value, *weights.conv(64, 32, 1)))
    mean = nodes.reshape("flat", nodes.mean_of_plane("mean", value), 1, 64)
    score = nodes.linear("head", mean, *weights.linear(1, 64))
    nodes.affine("score", score, 20.0, 50.0)
    return nodes.model(score=[1, 1])


def plan_graph() -> onnx.ModelProto:
    """[1, 3, 16, 16] -> a plan, by a convolution and attention of queries to its places."""
    weights, nodes, (n, width) = Weights(2), Nodes(picture=[1, 3, 16, 16]), PLAN
    small = nodes.affine("small", "picture", 1 / 127.5, -1.0)
    value = nodes.relu("relu", nodes.conv("stem", small, *weights.conv(width, 3), stride=2))
    places = nodes.transpose("places", nodes.reshape("flat", value, 1, width, 64), 0, 2, 1)
    asked = nodes.constant("ask", weights.random.standard_normal((1, n, width)))
    key = nodes.transpose("turned", nodes.linear("key", places, *weights.linear(width, width)), 0, 2, 1)
    shares = nodes.softmax("shares", nodes.matmul("likeness", asked, key))
    read = nodes.matmul("read", shares, nodes.linear("value", places, *weights.linear(width, width)))
    nodes.layer_norm(
        "plan",
        nodes.linear("out", read, *weights.linear(width, width)),
        np.ones(width, np.float32),
        weights.vector(width),
    )
    return nodes.model(plan=[1, *PLAN])


def words_graph() -> onnx.ModelProto:
    """A plan and three words -> scores of the words at four places."""
    weights, (n, width) = Weights(3), PLAN
    nodes = Nodes(plan=[1, *PLAN], words=[1, 3])
    table = weights.random.standard_normal((len(WORDS), width)).astype(np.float32)
    start = nodes.constant("start", weights.vector(1, 1, width))
    said = nodes.concat("said", [start, nodes.embed("embed", "words", table)], 1)
    key = nodes.transpose("turned", nodes.linear("key", "plan", *weights.linear(width, width)), 0, 2, 1)
    read = nodes.matmul("read", nodes.softmax("shares", nodes.matmul("likeness", said, key)), "plan")
    inner = nodes.relu(
        "relu", nodes.linear("think", nodes.add("sum", said, read), *weights.linear(width, width))
    )
    nodes.linear("scores", inner, *weights.linear(len(WORDS), width))
    return nodes.model(scores=[1, n, len(WORDS)])


GRAPHS: dict[str, Callable[[], onnx.ModelProto]] = {
    "filter": filter_graph,
    "nr": nr_graph,
    "plan": plan_graph,
    "words": words_graph,
}
STATED: dict[str, dict[str, object]] = {
    "filter": {},
    "nr": {"output_range": (0.0, 100.0)},
    "plan": {"plan_shape": PLAN},
    "words": {"plan_shape": PLAN, "words": WORDS, "encoder": "0" * 64},
}
QUALITY: dict[str, dict[str, float]] = {
    "filter": {"l1": 0.018, "psnr_gain": 1.7, "worst_psnr_gain": 0.1},
    "nr": {"plcc": 0.83, "rmse": 9.5},
    "plan": {"exact": 0.96},
    "words": {"exact": 0.96},
}


def statement(kind: str, **other: object) -> Statement:
    """What the maker of the kind's model states."""
    stated = {"kind": kind, "arch": f"toy_{kind}", "n_params": 1000, "description": f"A toy {kind}."}
    return Statement(**(stated | STATED[kind] | other))  # type: ignore[arg-type]


def write_model(folder: Path, kind: str) -> ModelFiles:
    """Write graph, sidecar and record of a kind's model."""
    files = ModelFiles(folder / f"toy_{kind}.onnx")
    write_bytes(files.onnx, serialised(GRAPHS[kind]()))
    write_statement(
        files, statement(kind), {"seed": 0, "card": ["It knows nothing."]}, {"argv": ["vmaf-train", kind]}
    )
    return files


def samples(kind: str, n: int = 24, seed: int = 5) -> dict[str, Array]:
    """What a kind's model takes, n times: (n, ...) an input, without the 1 in front."""
    random = np.random.default_rng(seed)
    smooth = random.random((n, 1, 24, 24)).cumsum(2).cumsum(3)
    planes = (smooth / smooth.max((1, 2, 3), keepdims=True)).astype(np.float32)
    tiles = (random.random((n, 1, 1, 1)) * random.random((n, 1, 32, 32))).astype(np.float32)
    plans = random.standard_normal((n, *PLAN)).astype(np.float32)
    return {
        "filter": {"degraded": planes},
        "nr": {"tile": tiles},
        "plan": {"picture": (255 * random.random((n, 3, 16, 16))).round().astype(np.float32)},
        "words": {"plan": plans, "words": random.integers(0, len(WORDS), (n, 3)).astype(np.float32)},
    }[kind]
