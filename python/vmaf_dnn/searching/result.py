# SPDX-License-Identifier: BSD-3-Clause
"""What a search found: every encode of the samples that was tried, and the setting that was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vmaf_dnn.searching.samples import Sample
from vmaf_dnn.searching.scale import in_words
from vmaf_dnn.text import legible


@dataclass(frozen=True)
class Try:
    """One encode of the samples.

    Attributes:
        value: the CRF, or the bitrate that was asked for, kbit/s.
        kbit_per_s: of the stream of video.
        scores: each model's pooled scores: ``{"vmaf_tiny_v2": {"mean": 94.1, "p5": 92.2}}``.
        reaches_target: whether every limit holds.
        predicted_bytes: of the whole clip's stream of video, as the samples are.
        predicted_seconds: that encoding the whole clip would take here.
    """

    value: float
    kbit_per_s: float
    scores: Mapping[str, Mapping[str, float]]
    reaches_target: bool
    predicted_bytes: int
    predicted_seconds: float


def unchanging(encoder: str, mode: str, tries: Sequence[Try]) -> str:
    """Say so if tries that lie steps apart are all of one encode, without a full stop; '' if they are not."""
    low, high = (key(tries, key=lambda tried: tried.value) for key in (min, max))
    if (low.kbit_per_s, low.scores) != (high.kbit_per_s, high.scores) or high.value - low.value < 1:
        return ""
    values = " and ".join(in_words(mode, tried.value) for tried in (low, high))
    return f"{encoder} gives the same encode at {values}; look whether --encoder-args set its quality"


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    Attributes:
        clip: the clip's path.
        encoder: ffmpeg's name of the encoder.
        mode: ``"crf"`` or ``"bitrate"``: what `value` of a try is.
        target: the limits, as text.
        samples: the parts of the clip that were encoded; one is the whole clip where that is short.
        frame_rate: of the clip, frames a second.
        tries: all of them, in the order that they were made in.
        chosen: the try with the smallest encode that reaches the target.
        is_settled: whether it is known that no smaller encode does, or does by less than the tolerance; False
            where `max_encodes` ended the search.
        encoder_arguments: ffmpeg's arguments of the encode that was chosen.
        output: the whole clip, so encoded; None unless it was asked for.
        is_limited_by_range: whether `value` is the end of the range that was searched, though the encoder
            takes more and the target is exceeded by more than the tolerance.
    """

    clip: str
    encoder: str
    mode: str
    target: str
    samples: tuple[Sample, ...]
    frame_rate: float
    tries: tuple[Try, ...]
    chosen: Try
    is_settled: bool
    encoder_arguments: tuple[str, ...]
    output: str | None = None
    is_limited_by_range: bool = False

    @property
    def value(self) -> float:
        """The CRF, or the bitrate in kbit/s, that was chosen."""
        return self.chosen.value

    @property
    def warnings(self) -> tuple[str, ...]:
        """What may be wrong with the search, in sentences."""
        end, found = in_words(self.mode, self.value), []
        if self.is_limited_by_range:
            found.append(
                f"{end} is the end of --{self.mode}: beyond it a smaller encode may reach {self.target}."
            )
        if same := unchanging(self.encoder, self.mode, self.tries):
            found.append(f"{same}.")
        return tuple(found)

    def __str__(self) -> str:
        return f"{in_words(self.mode, self.value)} of {self.encoder} reaches {self.target}"

    def as_dict(self) -> dict[str, Any]:
        """Return all of it in types of JSON."""
        return {
            "clip": legible(self.clip),
            "encoder": self.encoder,
            "encoder_arguments": [legible(word) for word in self.encoder_arguments],
            "target": self.target,
            self.mode: self.value,
            "settled": self.is_settled,
            "warnings": list(self.warnings),
            "samples": [
                {"start_s": part.first / self.frame_rate, "frames": part.n_frames} for part in self.samples
            ],
            "tries": [
                {
                    self.mode: tried.value,
                    "kbit_per_s": tried.kbit_per_s,
                    "scores": tried.scores,
                    "reaches_target": tried.reaches_target,
                    "predicted_bytes": tried.predicted_bytes,
                    "predicted_seconds": tried.predicted_seconds,
                    "chosen": tried is self.chosen,
                }
                for tried in self.tries
            ],
            "output": self.output and legible(self.output),
        }
