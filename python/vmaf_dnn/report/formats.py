# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's four report layouts: JSON, XML, CSV and SUB, each written a frame at a time.

The writers are iterators over the pieces of a text. Whoever joins or writes these does so under
`default_floats`, which a generator can't hold for its reader.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vmaf_dnn.floats import default_floats
from vmaf_dnn.text import legible

if TYPE_CHECKING:
    from xml.etree import ElementTree

    from vmaf_dnn.report import Report
    from vmaf_dnn.report.worst import WorstFrame

# Where the frames go; nothing else in the texts is spelt so, as they escape quotes and angle brackets.
_JSON_FRAMES = '"frames": []'
_XML_FRAMES = "<frames />"


def decimals(value: float) -> int:
    """How many decimals libvmaf prints: 16 when the fraction's first digit is its 7th or later, else 6."""
    fraction = abs(math.modf(value)[0])
    return 16 if 0 < fraction < 1e-6 else 6


def number(value: float) -> str:
    """Return a finite score as libvmaf prints it."""
    return f"{value:.{decimals(value)}f}"


@default_floats()
def to_text(report: Report, format: str) -> str:
    """Return the whole report in one of the formats of `WRITERS`."""
    return "".join(WRITERS[format](report))


def json_pieces(report: Report) -> Iterator[str]:
    """One JSON object."""
    return _json_object(report, {})


def json_list_pieces(clips: Sequence[str], reports: Sequence[Report]) -> Iterator[str]:
    """Several reports as one JSON list; each object begins with its distorted clip."""
    before = "[\n  "
    for clip, report in zip(clips, reports, strict=True):
        yield before
        for piece in _json_object(report, {"distorted": legible(clip)}):
            yield piece.rstrip("\n").replace("\n", "\n  ")
        before = ",\n  "
    yield "\n]\n"


def _json_object(report: Report, first: dict[str, str]) -> Iterator[str]:
    before, after = _dumps(first | _document(report)).split(_JSON_FRAMES)
    yield f'{before}"frames": ['
    yield from _json_frames(report)
    yield f"\n  ]{after}"


def _json_frames(report: Report) -> Iterator[str]:
    keys = [f"\n        {_dumps(name).rstrip()}: " for name in report.metrics]
    before = "\n"
    for frame, values in report.frames.rows():
        metrics = ",".join([key + _json_number(value) for key, value in zip(keys, values, strict=True)])
        yield f'{before}    {{\n      "frameNum": {frame},\n      "metrics": {{{metrics}\n      }}\n    }}'
        before = ",\n"


def as_written(value: float) -> float | None:
    """Return the number that is written for a value; None for what is none."""
    return round(value, decimals(value)) if math.isfinite(value) else None


def _json_number(value: float) -> str:
    written = as_written(value)
    return "null" if written is None else repr(written)


def _dumps(value: Any) -> str:
    import json

    return json.dumps(_rounded(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def stated(report: Report) -> dict[str, Any]:
    """Return what a JSON report states beside its frames, in its decimals; None for what is no number."""
    document: dict[str, Any] = _rounded(_document(report))
    del document["frames"]
    return document


def _document(report: Report) -> dict[str, Any]:
    document: dict[str, Any] = {
        "version": report.version,
        "fps": None if report.fps is None else round(report.fps, 2),
        **({"clips": report.clips.as_dict()} if report.clips else {}),
        "frames": [],
        "pooled_metrics": report.pooled_metrics,
        "aggregate_metrics": {},
        "params": {"qualityWidth": report.width, "qualityHeight": report.height},
        "statistics": report.statistics,
        "headline": {"pool": report.pool, "scores": _headline(report)},
    }
    if report.n_worst:
        document["worst"] = [_worst_as_dict(frame) for frame in report.worst(report.n_worst)]
    blocks = report.tiny_models
    if blocks:
        document["tiny_model"] = blocks[0] if len(blocks) == 1 else blocks
    return document


def _headline(report: Report) -> dict[str, float]:
    return report.scores if report.score_names else {}


def _worst_as_dict(frame: WorstFrame) -> dict[str, Any]:
    return {
        "frameNum": frame.frame_number,
        "time_s": frame.time_s,
        "metric": frame.metric,
        "score": frame.score,
        "metrics": frame.metrics,
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, float):
        return as_written(value)
    return value


def xml_pieces(report: Report) -> Iterator[str]:
    """One XML document."""
    from xml.etree import ElementTree

    root = _xml_root(report)
    ElementTree.indent(root)
    before, after = ElementTree.tostring(root, encoding="unicode").split(_XML_FRAMES)
    yield f"{before}<frames>\n"
    for frame, values in report.frames.rows():
        metrics = "".join([f' {name}="{text}"' for name, text in _numbers(report, values)])
        yield f'    <frame frameNum="{frame}"{metrics} />\n'
    yield f"  </frames>{after}\n"


def _xml_root(report: Report) -> ElementTree.Element:
    from xml.etree import ElementTree

    root = ElementTree.Element("VMAF", version=report.version)
    _child(root, "params", {"qualityWidth": report.width, "qualityHeight": report.height})
    _child(root, "fyi", {} if report.fps is None else {"fps": f"{report.fps:.2f}"})
    if report.clips:
        clips = _child(root, "clips")
        for role, states in report.clips.as_dict().items():
            _child(clips, role, {key: value for key, value in states.items() if value is not None})
    _child(root, "frames")
    pooled = _child(root, "pooled_metrics")
    for name, values in report.pooled_metrics.items():
        _child(pooled, "metric", {"name": name, **_attributes(values)})
    _child(root, "aggregate_metrics")
    statistics = _child(root, "statistics")
    for name, values in report.statistics.items():  # not called metric, which readers look for anywhere
        _child(statistics, "of", {"metric": name, **_attributes(values)})
    headline = _child(root, "headline", {"pool": report.pool})
    for name, value in _headline(report).items():
        _child(headline, "score", {"name": name, **_attributes({"value": value})})
    if report.n_worst:
        _add_worst(root, report.worst(report.n_worst))
    for block in report.tiny_models:
        _add_model(root, block)
    return root


def _add_worst(root: ElementTree.Element, frames: Sequence[WorstFrame]) -> None:
    worst = _child(root, "worst")
    for frame in frames:  # not called frame, which readers look for anywhere
        time_s = {} if frame.time_s is None else {"time_s": number(frame.time_s)}
        score = {"metric": frame.metric, "score": number(frame.score)}
        at = _child(worst, "at", {"frameNum": frame.frame_number, **time_s, **score})
        _child(at, "metrics", _attributes(frame.metrics))


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


def _numbers(report: Report, values: Sequence[float]) -> Iterator[tuple[str, str]]:
    """Name and text of each value of a frame that is a number."""
    pairs = zip(report.metrics, values, strict=True)
    return ((name, number(value)) for name, value in pairs if math.isfinite(value))


def csv_pieces(report: Report) -> Iterator[str]:
    """Comma-separated frames, each line ending in a comma as libvmaf's do."""
    yield "".join(f"{name}," for name in ("Frame", *report.metrics)) + "\n"
    for frame, values in report.frames.rows():
        cells = [f"{number(value)}," if math.isfinite(value) else "," for value in values]
        yield f"{frame},{''.join(cells)}\n"


def sub_pieces(report: Report) -> Iterator[str]:
    """Subtitles, each shown for one frame."""
    for frame, values in report.frames.rows():
        metrics = "".join([f"{name}: {text}|" for name, text in _numbers(report, values)])
        yield f"{{{frame}}}{{{frame + 1}}}frame: {frame}|{metrics}\n"


WRITERS: dict[str, Callable[[Report], Iterator[str]]] = {
    "json": json_pieces,
    "xml": xml_pieces,
    "csv": csv_pieces,
    "sub": sub_pieces,
}
