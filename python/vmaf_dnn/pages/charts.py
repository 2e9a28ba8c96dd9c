# SPDX-License-Identifier: BSD-3-Clause
"""What the charts of a page show, as the JSON that its script reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from vmaf_dnn.ladders import Ladder
from vmaf_dnn.pages.naming import clip_names, metric_name
from vmaf_dnn.pages.packing import FrameAxis
from vmaf_dnn.report import Report
from vmaf_dnn.text import legible_cell


@dataclass(frozen=True)
class Curve:
    """One metric of one report."""

    label: str
    report: Report
    metric: str


@dataclass(frozen=True)
class Chart:
    """Curves over frames that share a vertical axis."""

    title: str
    unit: str
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Charts:
    """All charts of curves: those of scores, those of features, and the frames that they are over."""

    scores: tuple[Chart, ...]
    features: tuple[Chart, ...]
    axis: FrameAxis

    @classmethod
    def of(cls, reports: Sequence[Report]) -> Charts:
        """Give one clip's scores a chart together, and else each metric one with a curve a clip."""
        scores = _in_order(report.score_names for report in reports)
        features = [name for name in _in_order(report.metrics for report in reports) if name not in scores]
        of_scores: tuple[Chart, ...]
        if len(reports) == 1:
            together = tuple(Curve(name, reports[0], name) for name in scores)
            of_scores = (Chart("Scores", "score", together),) if together else ()
        else:
            of_scores = tuple(_of_each(reports, name, "score") for name in scores)
        of_features = tuple(_of_each(reports, name, "value") for name in features)
        n_curves = sum(len(chart.curves) for chart in (*of_scores, *of_features))
        return cls(
            of_scores, of_features, FrameAxis.of([report.frame_numbers for report in reports], n_curves)
        )

    def document(self, reports: Sequence[Report], ladder: Ladder | None, worst: Iterable[int]) -> str:
        """Return the JSON; `worst` are frames to mark."""
        cuts = next((report.scene_cuts for report in reports if report.scene_cuts), ())
        content = {
            "rate": reports[0].frame_rate,
            "axis": self.axis.packed(),
            "cuts": list(cuts),
            "worst": sorted(set(worst)),
            "charts": [self._packed(chart) for chart in (*self.scores, *self.features)],
            "ladder": None if ladder is None else _of_ladder(ladder),
        }
        return json.dumps(content, separators=(",", ":"))

    def _packed(self, chart: Chart) -> dict[str, Any]:
        curves = [
            {
                "label": curve.label,
                **self.axis.curve(curve.report.frame_numbers, curve.report.metrics[curve.metric]),
            }
            for curve in chart.curves
        ]
        return {"title": chart.title, "unit": chart.unit, "curves": curves}


def _in_order(names: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(name for some in names for name in some))


def _of_each(reports: Sequence[Report], metric: str, unit: str) -> Chart:
    name = metric_name(metric)
    labels = clip_names(reports) if len(reports) > 1 else [name]
    curves = (
        Curve(label, report, metric)
        for label, report in zip(labels, reports, strict=True)
        if metric in report.metrics
    )
    return Chart(name, unit, tuple(curves))


def _of_ladder(ladder: Ladder) -> dict[str, Any]:
    groups = [
        {
            "label": legible_cell(group.name),
            "rungs": [[legible_cell(rung.name), rung.kbit_per_s, rung.quality] for rung in group.rungs],
        }
        for group in ladder.groups
    ]
    return {
        "unit": f"{ladder.metric}, {ladder.pool.replace('_', ' ')}",
        "groups": groups,
        "hull": [[rung.kbit_per_s, rung.quality] for rung in ladder.hull],
    }
