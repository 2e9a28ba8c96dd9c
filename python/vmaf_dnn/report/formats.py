# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's four report layouts: JSON, XML, CSV and SUB."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from vmaf_dnn.floats import default_floats
from vmaf_dnn.text import legible

if TYPE_CHECKING:
    from xml.etree import ElementTree

    from vmaf_dnn.report import Report


def decimals(value: float) -> int:
    """How many decimals libvmaf prints: 16 when the fraction's first digit is its 7th or later, else 6."""
    fraction = abs(math.modf(value)[0])
    return 16 if 0 < fraction < 1e-6 else 6


def number(value: float) -> str:
    """Return a finite score as libvmaf prints it."""
    return f"{value:.{decimals(value)}f}"


@default_floats()
def to_json(report: Report) -> str:
    """Return the report as one JSON object."""
    return _dumps(_document(report))


@default_floats()
def to_json_list(clips: Sequence[str], reports: Sequence[Report]) -> str:
    """Several reports as one JSON list; each object begins with its distorted clip."""
    pairs = zip(clips, reports, strict=True)
    return _dumps([{"distorted": legible(clip)} | _document(report) for clip, report in pairs])


def _dumps(value: Any) -> str:
    import json

    return json.dumps(_rounded(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _document(report: Report) -> dict[str, Any]:
    document: dict[str, Any] = {
        "version": report.version,
        "fps": None if report.fps is None else round(report.fps, 2),
        **({"clips": report.clips.as_dict()} if report.clips else {}),
        "frames": report.frames,
        "pooled_metrics": report.pooled_metrics,
        "aggregate_metrics": {},
    }
    blocks = report.tiny_models
    if blocks:
        document["tiny_model"] = blocks[0] if len(blocks) == 1 else blocks
    return document


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, float):
        return round(value, decimals(value)) if math.isfinite(value) else None
    return value


@default_floats()
def to_xml(report: Report) -> str:
    """Return the report as one XML document."""
    from xml.etree import ElementTree

    root = ElementTree.Element("VMAF", version=report.version)
    _child(root, "params", {"qualityWidth": report.width, "qualityHeight": report.height})
    _child(root, "fyi", {} if report.fps is None else {"fps": f"{report.fps:.2f}"})
    if report.clips:
        clips = _child(root, "clips")
        for role, states in report.clips.as_dict().items():
            _child(clips, role, {key: value for key, value in states.items() if value is not None})
    frames = _child(root, "frames")
    for frame in report.frames:
        _child(frames, "frame", {"frameNum": frame["frameNum"], **_attributes(frame["metrics"])})
    pooled = _child(root, "pooled_metrics")
    for name, values in report.pooled_metrics.items():
        _child(pooled, "metric", {"name": name, **_attributes(values)})
    _child(root, "aggregate_metrics")
    for block in report.tiny_models:
        _add_model(root, block)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _add_model(root: ElementTree.Element, block: dict[str, Any]) -> None:
    words = {key: value for key, value in block.items() if isinstance(value, (str, int))}
    element = _child(root, "tiny_model", words)
    _child(element, "device", block["device"])
    _child(element, "pooled", _attributes(block["pooled"]))


def _child(
    parent: ElementTree.Element, tag: str, attributes: dict[str, Any] | None = None
) -> ElementTree.Element:
    from xml.etree.ElementTree import SubElement

    return SubElement(parent, tag, {key: str(value) for key, value in (attributes or {}).items()})


def _attributes(values: dict[str, float]) -> dict[str, str]:
    return {name: number(value) for name, value in values.items() if math.isfinite(value)}


@default_floats()
def to_csv(report: Report) -> str:
    """Return the report's frames, comma-separated, each line ending in a comma as libvmaf's do."""
    lines = ["".join(f"{name}," for name in ("Frame", *report.metrics))]
    for frame in report.frames:
        cells = (number(value) if math.isfinite(value) else "" for value in frame["metrics"].values())
        lines.append(f"{frame['frameNum']}," + "".join(f"{cell}," for cell in cells))
    return "\n".join(lines) + "\n"


@default_floats()
def to_sub(report: Report) -> str:
    """Return the report's frames as subtitles, each shown for one frame."""
    return "".join(
        f"{{{frame['frameNum']}}}{{{frame['frameNum'] + 1}}}frame: {frame['frameNum']}|"
        + "".join(f"{name}: {value}|" for name, value in _attributes(frame["metrics"]).items())
        + "\n"
        for frame in report.frames
    )


WRITERS: dict[str, Callable[[Report], str]] = {"json": to_json, "xml": to_xml, "csv": to_csv, "sub": to_sub}
