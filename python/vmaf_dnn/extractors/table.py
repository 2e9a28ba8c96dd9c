# SPDX-License-Identifier: BSD-3-Clause
"""The table of per-frame metrics that an extractor makes of a pair of clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractor import CANONICAL_6, FeatureOptions, feature_name
from vmaf_dnn.floats import default_floats
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.encode import Encode
from vmaf_dnn.video.timing.selection import Told


@dataclass(frozen=True)
class FeatureTable:
    """Per-frame metrics of one pair of clips.

    Attributes:
        frame_numbers: (n,) int64.
        metrics: libvmaf's names, in its log's order, each with (n,) float64.
        width: pixels of a row of the reference.
        height: rows of the reference.
        fps: frames per second of processor time, as libvmaf states it.
        extractor: who measured.
        options: those of the features that fusion models get.
        scores: names of the metrics that are the scores of libvmaf's own models.
        encode: what the distorted clip was before it was scaled, for the features that look for bands.
        clips: the reference and the distorted clip, as they were opened.
        chosen: how the frames of each were chosen, where more than counts said so.
        scene_cuts: numbers of the frames that begin a scene of the reference; None if nobody looked.
    """

    frame_numbers: NDArray[np.int64]
    metrics: dict[str, NDArray[np.float64]]
    width: int
    height: int
    fps: float | None
    extractor: str
    options: FeatureOptions = FeatureOptions()  # noqa: RUF009 (frozen)
    scores: tuple[str, ...] = ()
    encode: Encode = Encode()  # noqa: RUF009 (frozen)
    clips: tuple[Clip, Clip] | None = None
    chosen: tuple[Told, Told] = ({}, {})
    scene_cuts: tuple[int, ...] | None = None

    @default_floats()
    def rows(self, features: Sequence[str] = CANONICAL_6) -> NDArray[np.float32]:
        """Gather features as rows, which `Session.run` takes.

        Args:
            features: names of the columns, without libvmaf's ``integer_``.

        Returns:
            (n, len(features)) float32, C-contiguous.

        Raises:
            VideoError: a feature was not extracted, or is NaN or infinite.
        """
        return self._rows(features, [self.feature(name) for name in features])

    @default_floats()
    def rows_as_asked(self, requests: Sequence[str]) -> NDArray[np.float32]:
        """Gather features that state their options, as ``"adm3=adm_csf_mode=2"``; else as `rows`."""
        return self._rows(requests, [self.column(request) for request in requests])

    def _rows(self, names: Sequence[str], columns: Sequence[NDArray[np.float64]]) -> NDArray[np.float32]:
        rows = np.empty((len(self.frame_numbers), len(columns)), dtype=np.float32)
        bad = []
        for i, column in enumerate(columns):
            bad += [(row, i) for row in np.flatnonzero(~np.isfinite(column))[:1]]
            rows[:, i] = column
        if bad:
            row, i = min(bad)
            number, value = self.frame_numbers[row], columns[i][row]
            raise VideoError(f"frame {number}: feature {names[i]} is {value}, expected a finite number.")
        return rows

    def part(self, frames: slice) -> FeatureTable:
        """Return the table of some of the frames, whose columns are views of these."""
        metrics = {name: values[frames] for name, values in self.metrics.items()}
        return replace(self, frame_numbers=self.frame_numbers[frames], metrics=metrics)

    def column(self, request: str) -> NDArray[np.float64]:
        """Look a feature up as it was asked for, (n,) float64: ``"adm3=adm_csf_mode=2"``.

        Raises:
            VideoError: it was not extracted.
        """
        return self._metric(feature_name(self.encode.request(request)), request)

    def feature(self, name: str, options: FeatureOptions | None = None) -> NDArray[np.float64]:
        """Look one feature up.

        Args:
            name: the feature, without libvmaf's ``integer_``.
            options: what it was measured with; default the table's own.

        Returns:
            (n,) float64, one a frame.

        Raises:
            VideoError: it was not extracted.
        """
        return self._metric((options or self.options).metric(name), name)

    def _metric(self, metric: str, name: str) -> NDArray[np.float64]:
        try:
            return self.metrics[metric]
        except KeyError:
            known = ", ".join(known for known in self.metrics if known not in self.scores)
            raise VideoError(
                f"feature {name} was not extracted by {self.extractor}; it gives {known}."
            ) from None
