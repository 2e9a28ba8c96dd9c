# SPDX-License-Identifier: BSD-3-Clause
"""What reports state beside their frames, in the members of the JSON, whichever layout they come from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.report.provenance import ClipNames, StatedModel, TinyModel
from vmaf_dnn.report.reading.columns import FrameColumns, Unreadable
from vmaf_dnn.report.reading.members import mapping, rate, sequence, text, whole
from vmaf_dnn.report.report import SVM_METRIC, Report
from vmaf_dnn.report.statistics import DEFAULT_POOLING

_OF_MODELS = ("id", "kind", "path", "sha256", "precision", "engine", "redirect")
_OF_DEVICES = ("requested", "attached", "reason")


def report_of(columns: FrameColumns, document: Mapping[str, Any]) -> Report:
    """Return the report of these frames, and of what the rest of the document states. Raises `Unreadable`."""
    numbers, metrics = columns.arrays()
    blocks = document.get("tiny_model", ())
    several = [blocks] if isinstance(blocks, Mapping) else sequence(blocks, "tiny_model")
    models = tuple(_model(mapping(block, "tiny_model"), metrics) for block in several)
    params, clips = mapping(document.get("params", {}), "params"), document.get("clips")
    headline = mapping(document.get("headline", {}), "headline")
    scores = headline.get("scores")
    of_models = {model.metric for model in models}
    named = names_of_scores(metrics) if scores is None else _known(mapping(scores, "scores"), metrics)
    try:
        return Report(
            numbers,
            metrics,
            whole(params.get("qualityWidth", 0), "qualityWidth"),
            whole(params.get("qualityHeight", 0), "qualityHeight"),
            rate(document.get("fps"), "fps"),
            text(document.get("version", ""), "version"),
            models,
            tuple(name for name in named if name not in of_models),
            None if clips is None else _clips(mapping(clips, "clips")),
            text(headline.get("pool", DEFAULT_POOLING), "pool"),
            len(sequence(document.get("worst", ()), "worst")),
        )
    except InvalidArgument as error:
        raise Unreadable(f"contradicts itself: {str(error).rstrip('.')}") from error


def names_of_scores(metrics: Iterable[str]) -> tuple[str, ...]:
    """Return the metrics that are called as libvmaf calls its scores: ``vmaf``, ``vmaf_neg``."""
    return tuple(name for name in metrics if name.startswith(SVM_METRIC))


def _known(scores: Iterable[str], metrics: Collection[str]) -> tuple[str, ...]:
    for name in scores:
        if name not in metrics:
            raise Unreadable(f"has a score called {name!r:.60}, and no such metric")
    return tuple(scores)


def _model(block: Mapping[str, Any], metrics: Collection[str]) -> TinyModel:
    device = mapping(block.get("device", {}), "device")
    words = {name: text(block.get(name, ""), name) for name in _OF_MODELS}
    words |= {f"device_{name}": text(device.get(name, ""), name) for name in _OF_DEVICES}
    metric = text(block.get("metric", words["id"]), "metric")
    if metric not in metrics:
        raise Unreadable(f"has a model whose scores are called {metric!r:.60}, and no such metric")
    return TinyModel(metric, StatedModel(**words), whole(block.get("out_of_domain", 0), "out_of_domain"))


def _clips(block: Mapping[str, Any]) -> ClipNames:
    reference, distorted = (_states(block, role) for role in ("reference", "distorted"))
    encoded = text(distorted.pop("encoded", ""), "encoded")
    names = [text(states.pop("name", ""), "name") for states in (reference, distorted)]
    return ClipNames(names[0], names[1], encoded, reference, distorted)


def _states(block: Mapping[str, Any], role: str) -> dict[str, Any]:
    states = dict(mapping(block.get(role, {}), role))
    for name, value in states.items():
        if value is not None and not isinstance(value, (str, int, float)):
            raise Unreadable(
                f"has {value!r:.60} as {name!r:.60} of the {role} clip, expected text or a number"
            )
    if states.get("frame_rate") is not None:
        states["frame_rate"] = rate(states["frame_rate"], "frame_rate")
    return states
