# SPDX-License-Identifier: BSD-3-Clause
"""Encoding by ffmpeg: a sample with a setting that is tried, and the whole clip with what was found."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vmaf_dnn.errors import VideoError
from vmaf_dnn.files import whole_file
from vmaf_dnn.searching.encoders import Encoder
from vmaf_dnn.searching.scale import CRF, in_words
from vmaf_dnn.searching.source import Source
from vmaf_dnn.video.ffmpeg.program import FFmpeg, run

_MUXED = r"  Output stream #0:0 \(video\): (?:\d+ frames encoded; )?(\d+) packets muxed \((\d+) bytes\)"
_FULL = "No space left on device"


@dataclass(frozen=True)
class Recipe:
    """How clips are encoded, but for the CRF or the bitrate."""

    encoder: Encoder
    mode: str
    preset: str | None = None
    more: tuple[str, ...] = ()

    def arguments(self, value: float) -> tuple[str, ...]:
        """Return ffmpeg's arguments for one CRF or bitrate; what the caller gave comes last, and counts."""
        encoder = self.encoder
        if self.mode == CRF:
            alone = ("-b:v", "0") if encoder.needs_no_bitrate else ()
            rate: tuple[str, ...] = (encoder.crf_flag, f"{value:g}", *alone)
        else:
            rate = ("-b:v", f"{value:.0f}k")
        preset = (encoder.preset_flag, self.preset) if self.preset else ()
        return ("-c:v", encoder.name, *encoder.settings, *preset, *rate, *self.more)


@dataclass(frozen=True)
class Encoded:
    """One encode: how much its stream of video holds, and how long it took."""

    n_frames: int
    n_bytes: int
    seconds: float


def encode_sample(sample: Path, recipe: Recipe, value: float, target: Path, ffmpeg: FFmpeg) -> Encoded:
    """Encode a file beside `target`. Raises `VideoError` if the encoder refuses its settings, say."""
    started_s = time.monotonic()
    words = ("-i", sample.name, "-map", "0:V:0", "-fps_mode", "passthrough", *recipe.arguments(value))
    outcome = run(ffmpeg, (*words, "-y", target.name), target.parent, stall_timeout=0)
    what = f"encoding with {recipe.encoder.name} at {in_words(recipe.mode, value)} failed"
    outcome.check(what, errors_fail=False)
    muxed = outcome.said(_MUXED)
    if not muxed or muxed[-1][1] == "0":
        raise VideoError(f"{what}: it gave no frame; look at the encoder's arguments.")
    return Encoded(int(muxed[-1][1]), int(muxed[-1][2]), time.monotonic() - started_s)


def encode_whole(
    source: Source,
    recipe: Recipe,
    value: float,
    output: Path,
    ffmpeg: FFmpeg,
    folder: Path,
    on_fraction: Callable[[float], None],
) -> None:
    """Encode the clip to `output`, whole or not at all, with its sound as it is.

    Raises:
        InvalidArgument: `output` can't be written.
        VideoError: decoding or encoding failed.
    """
    clip = source.clip
    form: Sequence[str] = ("-map", "0:V:0")
    if clip.filters:
        form = ("-filter_complex", f"[0:V:0]{','.join(clip.filters)}[formed]", "-map", "[formed]")
    sound = ("-map", "0:a?", "-c:a", "copy")
    words = (*clip.input_arguments, *form, *sound, "-fps_mode", "passthrough", *recipe.arguments(value))

    def count(block: dict[str, str]) -> None:
        on_fraction(min(int(block.get("frame", "0") or 0) / source.n_frames, 1.0))

    with whole_file(output) as temporary:
        target = ("-y", f"file:{temporary.absolute()}")
        outcome = run(ffmpeg, (*words, *target), folder, count, stall_timeout=0)
        if any(_FULL in line.text for line in outcome.lines):
            raise VideoError(f"can't write {output}: {_FULL}; free some space, or choose another disk.")
        outcome.check(f"encoding {clip.path} to {output} failed", [clip.path])
