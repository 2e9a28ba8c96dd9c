# SPDX-License-Identifier: BSD-3-Clause
"""The result of scoring one pair of clips: per-frame metrics, pooled metrics, and which models scored."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.checks import require_whole_number
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import output_path, write_pieces
from vmaf_dnn.floats import default_floats
from vmaf_dnn.report import formats
from vmaf_dnn.report.frames import Frames
from vmaf_dnn.report.pooling import pool as pooled_by_libvmaf
from vmaf_dnn.report.provenance import ClipNames, TinyModel
from vmaf_dnn.report.statistics import DEFAULT_POOLING, check_pooling, pooled_as, quantile, statistics
from vmaf_dnn.report.worst import WorstFrame, worst_rows

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from matplotlib.figure import Figure

SVM_METRIC = "vmaf"


@dataclass(frozen=True, eq=False)
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
        n_worst: how many of the worst frames a JSON or XML report names.
        scene_cuts: numbers of the frames that begin a scene of the reference; None if nobody
            looked. They are in no file.

    Reports are equal if they state the same, in the decimals that are written; where a value is missing, in
    both. So is one that was read equal to the one that wrote the JSON or XML. Of a report that was read, what
    its file does not state is empty, 0 or None.

    Raises:
        InvalidArgument: there is no such pooling, or no score to name the worst frames of.
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
    pool: str = DEFAULT_POOLING
    n_worst: int = 0
    scene_cuts: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        check_pooling(self.pool)
        require_whole_number("n_worst", self.n_worst, 0)
        if self.n_worst:
            self._column(None)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Report):
            return NotImplemented
        from vmaf_dnn.report.equality import are_equal

        return are_equal(self, other)

    __hash__ = None  # type: ignore[assignment]  # as a dictionary's

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Report:
        """Read a report that was written here, or a log of libvmaf's: JSON, XML or CSV, as its content tells.

        A CSV states neither clips nor models; columns called ``vmaf…`` are its scores, as they are of a log
        of libvmaf's. Pooled values are made anew, of the decimals that were written.

        Raises:
            InvalidArgument: the file can't be read, or is no such report.
        """
        from vmaf_dnn.report.reading import read_report

        return read_report(path)

    @classmethod
    def parse(cls, text: str | bytes, name: str = "the report") -> Report:
        """Read the text of a report, as `read` does its file; `name` is for messages."""
        from vmaf_dnn.report.reading import parse_report

        return parse_report(text, name)

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
            InvalidArgument: `n` is no whole number, or there is no such metric.
        """
        require_whole_number("n", n, 0)
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

    def to_pandas(self) -> pd.DataFrame:
        """Return a pandas data frame, a row a frame: ``frame``, ``time_s`` if known, and the metrics.

        ``attrs["vmaf_dnn"]`` is what a JSON report states beside its frames.

        Raises:
            ToolMissing: pandas is not installed.
        """
        from vmaf_dnn.report.tables import to_pandas

        return to_pandas(self)

    def to_arrow(self) -> pa.Table:
        """Return an Arrow table, a row a frame: ``frame``, ``time_s`` if known, and the metrics.

        ``schema.metadata[b"vmaf_dnn"]`` is the JSON of what a report states beside its frames.

        Raises:
            ToolMissing: pyarrow is not installed.
        """
        from vmaf_dnn.report.tables import to_arrow

        return to_arrow(self)

    @default_floats()
    def plot(self, n_worst: int = 5) -> Figure:
        """Draw the curve of every score, the `n_worst` frames of the first marked; a matplotlib figure.

        Raises:
            InvalidArgument: there is no score.
            ToolMissing: matplotlib is not installed (the extra ``video``).
        """
        from vmaf_dnn.report.drawing.curve import curve

        return curve(self, n_worst)

    def _repr_html_(self) -> str:
        """Return a small table of the scores, for notebooks."""
        from vmaf_dnn.report.notebook import as_html

        return as_html(self)

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
