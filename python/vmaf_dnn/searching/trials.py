# SPDX-License-Identifier: BSD-3-Clause
"""The samples of a clip, encoded and scored with one setting after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vmaf_dnn.errors import VideoError
from vmaf_dnn.report import Report
from vmaf_dnn.scoring import score
from vmaf_dnn.searching.encoding import Encoded, Recipe, encode_sample
from vmaf_dnn.searching.naming import told_by
from vmaf_dnn.searching.result import Try
from vmaf_dnn.searching.scale import Scale
from vmaf_dnn.searching.source import Source
from vmaf_dnn.searching.target import Margin, Scores, Target
from vmaf_dnn.video.ffmpeg.program import FFmpeg
from vmaf_dnn.video.pairing.cures import even

_SAID_OF_ODD_SIZES = "not divisible by 2|multiple of the|Cannot open"  # x264, x265

StepHook = Callable[[str, float], None]


@dataclass
class Trials:
    """Encodes samples and scores them; knows all that was tried, by position on the scale.

    Attributes:
        source: the whole clip.
        samples: the samples' files, each y4m.
        recipe: how they are encoded.
        scale: the settings, by position.
        target: what is to be reached.
        ffmpeg: which encodes.
        scoring: keywords of `score`.
        on_step: is told what is being done.
        n_expected: how many encodes there will be at most.
        tries: what was found, by position.
        margins: by how much each limit is kept, by position.
    """

    source: Source
    samples: Sequence[Path]
    recipe: Recipe
    scale: Scale
    target: Target
    ffmpeg: FFmpeg
    scoring: dict[str, Any]
    on_step: StepHook
    n_expected: int = 1
    tries: dict[int, Try] = field(default_factory=dict)
    margins: dict[int, tuple[Margin, ...]] = field(default_factory=dict)

    def add(self, position: int) -> None:
        """Encode and score the samples at one position.

        Raises:
            VideoError: an encoder refuses what it is asked, or its encode can't be compared.
        """
        words, value = self.scale.words(position), self.scale.values[position]
        encodes: list[Encoded] = []
        scores: Scores = {}
        for i, sample in enumerate(self.samples):
            self._tell(f"encoding, {words}", i)
            target = sample.with_name("encoded.mkv")  # one at a time: the folder stays small
            names = {sample: str(self.source.clip.path), target: f"its encode at {words}"}
            with told_by(names):
                encodes.append(self._encode(sample, value, target))
            self._tell(f"scoring, {words}", i + 0.7)
            what = f"the encode of {self.source.clip.path} by {self.recipe.encoder.name} at {words}"
            with told_by(names, f"{what} can't be scored: "):
                report = score(sample, target, **self.scoring)
            _add_scores(scores, report)
        pooled = self.target.pooled(scores, self.source.frame_rate)
        self.margins[position] = self.target.margins(pooled)
        self.tries[position] = self._try(position, encodes, pooled)

    def _encode(self, sample: Path, value: float, target: Path) -> Encoded:
        clip = self.source.clip
        try:
            return encode_sample(sample, self.recipe, value, target, self.ffmpeg)
        except VideoError as error:
            is_odd = clip.width % 2 or clip.height % 2
            if not is_odd or not re.search(_SAID_OF_ODD_SIZES, str(error)):
                raise
            raise VideoError(
                f"{error} {clip.path} is {clip.width}x{clip.height}, and this encoder takes even sizes only;"
                f" make it even first ({even(clip)})."
            ) from error

    def _tell(self, what: str, n_samples_done: float) -> None:
        n_tries = len(self.tries) + n_samples_done / len(self.samples)
        self.on_step(what, (n_tries + 1) / (self.n_expected + 1))  # as cutting the samples was first

    def _try(self, position: int, encodes: Sequence[Encoded], pooled: dict[str, dict[str, float]]) -> Try:
        n_frames, n_bytes = (sum(one.n_frames for one in encodes), sum(one.n_bytes for one in encodes))
        seconds = sum(one.seconds for one in encodes)
        return Try(
            value=self.scale.values[position],
            kbit_per_s=n_bytes * 8 / 1000 * self.source.frame_rate / n_frames,
            scores=pooled,
            reaches_target=min(margin.value for margin in self.margins[position]) >= 0,
            predicted_bytes=round(n_bytes * self.source.n_frames / n_frames),
            predicted_seconds=seconds * self.source.n_frames / n_frames,
        )


def _add_scores(scores: Scores, report: Report) -> None:
    if not report.score_names:
        raise VideoError("no model scored the samples; name one (--tiny-model, --model).")
    for name in report.score_names:
        scores.setdefault(name, []).append(report.metrics[name])
