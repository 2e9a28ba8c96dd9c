# SPDX-License-Identifier: BSD-3-Clause
"""The result of scoring one pair of clips: per-frame metrics, pooled metrics, and which models scored."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import output_path, write_pieces
from vmaf_dnn.floats import default_floats
from vmaf_dnn.report import formats
from vmaf_dnn.report.frames import Frames
from vmaf_dnn.report.pooling import pool as pooled_by_libvmaf
from vmaf_dnn.report.statistics import pooled_as, quantile, statistics
from vmaf_dnn.report.worst import WorstFrame, worst_rows
from vmaf_dnn.text import legible

if TYPE_CHECKING:
    from vmaf_dnn.session import SessionInfo
    from vmaf_dnn.video.description import Value

SVM_METRIC = "vmaf"


@dataclass(frozen=True)
class TinyModel:
    """One fusion model that scored the clip: what was opened, and under which metric its scores stand.

    `out_of_domain` counts the frames with a feature outside the range that the model was trained on.
    """

    metric: str
    info: SessionInfo
    out_of_domain: int = 0

    def as_dict(self, n_frames: int, pooled: dict[str, float]) -> dict[str, Any]:
        """Return the `tiny_model` block of a JSON report."""
        info = self.info
        device = {
            "requested": info.device_requested,
            "attached": info.device_attached,
            "reason": info.device_reason,
        }
        return {
            "id": legible(info.id),
            "kind": info.kind,
            "path": legible(info.path),
            "sha256": info.sha256,
            "precision": info.precision,
            "engine": info.engine,
            "device": device,
            "redirect": legible(info.redirect),
            "n_frames": n_frames,
            "out_of_domain": self.out_of_domain,
            "pooled": pooled,
        }


@dataclass(frozen=True)
class ClipNames:
    """The clips of a report, as the caller named them, and what they are and state of themselves.

    `encoded` is what the distorted clip was before it was scaled, where that counts for a feature.
    """

    reference: str
    distorted: str
    encoded: str = ""
    reference_states: Mapping[str, Value] = field(default_factory=dict)
    distorted_states: Mapping[str, Value] = field(default_factory=dict)

    def as_dict(self) -> dict[str, dict[str, Value]]:
        """Return the `clips` block of a JSON report."""
        encoded = {"encoded": self.encoded} if self.encoded else {}
        return {
            "reference": {"name": legible(self.reference), **self.reference_states},
            "distorted": {"name": legible(self.distorted), **self.distorted_states, **encoded},
        }


@dataclass(frozen=True)
class Report:
    """Scores of one pair of clips, in libvmaf's layouts with the fusion models' scores added.

    Attributes:
        frame_numbers: (n,) int64.
        metrics: each metric's name, in report order, with (n,) float64.
        width: pixels of a row of the reference.
        height: rows of the reference.
        fps: frames per second of processor time, as libvmaf states it.
        version: who measured and scored.
        models: the fusion models that scored.
        svm_metrics: names of the scores of libvmaf's own models, ``vmaf`` as a rule.
        clips: the clips' names and what they state; None if they are not known.
        pool: which pooling `score` and `scores` are of: ``"mean"``, ``"p5"`` and so on.
        scene_cuts: numbers of the frames that begin a scene of the reference; None if nobody looked for them.
    """

    frame_numbers: NDArray[np.int64]
    metrics: dict[str, NDArray[np.float64]]
    width: int
    height: int
    fps: float | None
    version: str
    models: tuple[TinyModel, ...] = ()
    svm_metrics: tuple[str, ...] = ()
    clips: ClipNames | None = None
    pool: str = "mean"
    scene_cuts: tuple[int, ...] | None = None

    @cached_property
    def frames(self) -> Frames:
        """One ``{"frameNum": int, "metrics": {name: float}}`` a frame, made when it is asked for."""
        return Frames(self.frame_numbers, self.metrics)

    @cached_property
    def pooled_metrics(self) -> dict[str, dict[str, float]]:
        """Each metric's ``{"min", "max", "mean", "harmonic_mean"}``."""
        return {name: asdict(pooled_by_libvmaf(values)) for name, values in self.metrics.items()}

    @cached_property
    def statistics(self) -> dict[str, dict[str, float]]:
        """Each metric's ``{"p1", "p5", "p10", "p25", "p50", "stddev", "worst_second"}``."""
        return {name: statistics(values, self._values_a_second) for name, values in self.metrics.items()}

    @property
    def frame_rate(self) -> float | None:
        """Frames a second, as the reference states, else the distorted clip; None if neither does."""
        states = (self.clips.reference_states, self.clips.distorted_states) if self.clips else ()
        rates = (clip.get("frame_rate") for clip in states)
        return next((float(rate) for rate in rates if rate), None)

    @property
    def score_names(self) -> list[str]:
        """Names of the scores among the metrics: the fusion models', then those of libvmaf's own."""
        return [*(model.metric for model in self.models), *self.svm_metrics]

    @property
    def scores(self) -> dict[str, float]:
        """The clip's scores, each pooled as `pool` says; the features' if there are none."""
        return {name: self.pooled(metric=name) for name in self.score_names or self.metrics}

    @property
    def score(self) -> float:
        """The clip's score, pooled as `pool` says: the first of `score_names`; NaN if there is none."""
        return self.pooled() if self.score_names else float("nan")

    @property
    def mean(self) -> float:
        """The clip's score: the mean of the first fusion model's, else of libvmaf's own, else NaN."""
        return self.pooled("mean") if self.score_names else float("nan")

    def pooled(self, pooling: str | None = None, metric: str | None = None) -> float:
        """Pool one metric.

        Args:
            pooling: ``"mean"``, ``"harmonic_mean"``, ``"min"``, ``"max"``, a percentile such as ``"p5"``,
                ``"stddev"``, or ``"worst_second"``, the lowest mean of a second's frames; default `pool`.
            metric: its name in `metrics`; default the first of `score_names`.

        Raises:
            InvalidArgument: there is no such pooling or metric.
        """
        return pooled_as(pooling or self.pool, self._column(metric), self._values_a_second)

    def percentile(self, q: float, metric: str | None = None) -> float:
        """Return the value that `q` percent of the frames lie below, interpolated linearly as NumPy does.

        Raises:
            InvalidArgument: `q` is not in 0 to 100, or there is no such metric.
        """
        return quantile(self._column(metric), q)

    @default_floats()
    def worst(self, n: int = 5, metric: str | None = None) -> list[WorstFrame]:
        """Return the `n` frames with the lowest score, worst first, each half a second or more apart.

        Raises:
            InvalidArgument: there is no such metric.
        """
        values, name = self._column(metric), metric or self.score_names[0]
        rate = self.frame_rate
        return [
            WorstFrame(
                int(self.frame_numbers[row]),
                self.frame_numbers[row].item() / rate if rate else None,
                name,
                float(values[row]),
                {name: float(column[row]) for name, column in self.metrics.items()},
            )
            for row in worst_rows(self.frame_numbers, values, n, rate)
        ]

    @property
    def _values_a_second(self) -> float | None:
        """How many rows make a second: fewer than frames do if only every n-th was scored."""
        numbers, rate = self.frame_numbers, self.frame_rate
        step = int(numbers[1] - numbers[0]) if len(numbers) > 1 else 1
        return rate / step if rate and step > 0 else rate

    def _column(self, metric: str | None) -> NDArray[np.float64]:
        if metric is None and not self.score_names:
            raise InvalidArgument(
                f"the report holds no score; name one of its metrics: {', '.join(self.metrics)}."
            )
        name = metric or self.score_names[0]
        if name not in self.metrics:
            raise InvalidArgument(f"the report has no metric {name!r}; it has {', '.join(self.metrics)}.")
        return self.metrics[name]

    @property
    def tiny_models(self) -> list[dict[str, Any]]:
        """The `tiny_model` block of each model that scored, in the order asked for."""
        n_frames = len(self.frame_numbers)
        return [model.as_dict(n_frames, self.pooled_metrics[model.metric]) for model in self.models]

    def to_json(self) -> str:
        """libvmaf's JSON with a `tiny_model` block: an object for one model, a list for several."""
        return formats.to_text(self, "json")

    def to_xml(self) -> str:
        """libvmaf's XML with a `tiny_model` element for each model."""
        return formats.to_text(self, "xml")

    def to_csv(self) -> str:
        """libvmaf's CSV: one line a frame; a missing value leaves its cell empty."""
        return formats.to_text(self, "csv")

    def to_sub(self) -> str:
        """libvmaf's MicroDVD-like subtitle: one line a frame."""
        return formats.to_text(self, "sub")

    @default_floats()
    def write(self, path: str | os.PathLike[str], format: str | None = None) -> None:
        """Write the report; the file appears whole or not at all.

        Args:
            path: where to.
            format: ``"json"``, ``"xml"``, ``"csv"`` or ``"sub"``; default the one that the suffix of `path`
                names, else XML.

        Raises:
            InvalidArgument: the format is none of these, or the file can't be written.
        """
        write_pieces(output_path(path), formats.WRITERS[report_format(path, format)](self))


def report_format(path: str | os.PathLike[str], format: str | None = None) -> str:
    """One of json, xml, csv, sub: `format`, else the suffix of `path`, else xml as libvmaf."""
    if format is not None and format not in formats.WRITERS:
        raise InvalidArgument(f"report format must be one of {', '.join(formats.WRITERS)}, got {format!r}.")
    suffix = Path(path).suffix.lower().lstrip(".")
    return format or (suffix if suffix in formats.WRITERS else "xml")
