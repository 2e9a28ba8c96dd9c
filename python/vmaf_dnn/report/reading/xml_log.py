# SPDX-License-Identifier: BSD-3-Clause
"""XML as libvmaf writes it, and with what a report of ours adds."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from vmaf_dnn.report.reading.columns import FrameColumns, Unreadable
from vmaf_dnn.report.reading.members import typed
from vmaf_dnn.report.reading.stated import report_of
from vmaf_dnn.report.report import Report

_DOCTYPE = "<!DOCTYPE"  # where entities are declared; markup spells it so and in no other way


def report_of_xml(source: str) -> Report:
    """Read a document. Raises `Unreadable`, also where one declares entities."""
    if _DOCTYPE in source:
        raise Unreadable(f"has a {_DOCTYPE}>, which no report has")
    try:
        root = ElementTree.fromstring(source)
    except ElementTree.ParseError as error:
        raise Unreadable(f"is no XML ({error})") from error
    names = (metric.get("name", "") for metric in root.iterfind("pooled_metrics/metric"))
    columns = FrameColumns(names, spelt=True)
    for frame in root.iterfind("frames/frame"):
        metrics = dict(frame.attrib)
        columns.add(metrics.pop("frameNum", None), metrics)
    return report_of(columns, _document(root))


def _document(root: ElementTree.Element) -> dict[str, Any]:
    """Return what is stated beside the frames, as the JSON has it."""
    fyi, clips, headline = root.find("fyi"), root.find("clips"), root.find("headline")
    document: dict[str, Any] = {
        "version": root.get("version", ""),
        "fps": None if fyi is None else fyi.get("fps", fyi.get("execFps")),
        "params": _attributes(root, "params"),
        "worst": root.findall("worst/at"),
        "tiny_model": [
            {**model.attrib, "device": _attributes(model, "device")} for model in root.iterfind("tiny_model")
        ],
    }
    if clips is not None:
        document["clips"] = {
            clip.tag: {name: typed(name, value) for name, value in clip.items()} for clip in clips
        }
    if headline is not None:
        scores = {score.get("name", ""): score.get("value") for score in headline}
        document["headline"] = {**headline.attrib, "scores": scores}
    return document


def _attributes(parent: ElementTree.Element, tag: str) -> dict[str, str]:
    child = parent.find(tag)
    return {} if child is None else dict(child.attrib)
