# SPDX-License-Identifier: BSD-3-Clause
"""Search the CRF or the bitrate of an encoder that just reaches a target quality."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack, cast

from vmaf_dnn.checks import require_path, require_seconds, require_whole_number
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import check_writable
from vmaf_dnn.scoring import ScoreKeywords
from vmaf_dnn.searching.arguments import encoder_arguments
from vmaf_dnn.searching.containers import check_container
from vmaf_dnn.searching.encoders import Encoder, find_encoder
from vmaf_dnn.searching.encoding import Recipe, encode_whole
from vmaf_dnn.searching.result import SearchResult
from vmaf_dnn.searching.samples import DEFAULT_DURATION_S, choose_samples, cut_samples
from vmaf_dnn.searching.scale import BITRATE, CRF, scale_of
from vmaf_dnn.searching.settling import settle
from vmaf_dnn.searching.source import open_source, reading_options, scoring_keywords
from vmaf_dnn.searching.target import parse_target
from vmaf_dnn.searching.trials import StepHook, Trials
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.ffmpeg.scratch import scratch_folder

DEFAULT_TOLERANCE = 0.1
DEFAULT_MAX_ENCODES = 6
Range = tuple[float, float]


def search(
    clip: str | os.PathLike[str],
    *,
    encoder: str,
    target: str | float,
    preset: str | int | None = None,
    encoder_args: str | Sequence[str] = (),
    crf: Range | None = None,
    bitrate: bool | Range = False,
    samples: int | None = None,
    sample_duration: float = DEFAULT_DURATION_S,
    tolerance: float = DEFAULT_TOLERANCE,
    max_encodes: int = DEFAULT_MAX_ENCODES,
    output: str | os.PathLike[str] | None = None,
    on_step: StepHook = lambda label, fraction: None,
    **scoring: Unpack[ScoreKeywords],
) -> SearchResult:
    """Find the highest CRF, or the lowest bitrate, whose encode of samples of a clip reaches a target.

    The samples are decoded once, to a temporary folder. The first try is what such a target usually takes;
    each further one is where a curve through the nearest tries meets the target.

    Args:
        clip: what is to be encoded, as `score` takes a reference; it is read more than once, so no pipe.
        encoder: ffmpeg's name: ``"libx264"``, ``"libx265"``, ``"libsvtav1"``, ``"libaom-av1"``,
            ``"libvpx-vp9"`` or ``"librav1e"``.
        target: limits that the pooled score has to reach, ``"p5=92,mean=94"``; a number alone is of the mean.
            Each holds for each model.
        preset: the encoder's preset, or its speed.
        encoder_args: options of the encoder, each with its value, as ffmpeg names them; a list, or as a shell
            would read them. One filter is taken, ``-vf scale=W:H``.
        crf: the lowest and the highest CRF to look at; default all that the encoder takes.
        bitrate: search a bitrate rather than a CRF; True, or the lowest and the highest one in kbit/s.
        samples: how many parts of the clip are encoded; default one for every three minutes, 4 to 16.
        sample_duration: of each, seconds. A clip that is no longer than its samples is taken whole.
        tolerance: a try that exceeds the target by no more than this ends the search; 0 looks for the last
            step that reaches it.
        max_encodes: how many tries there may be.
        output: where to encode the whole clip with what was found.
        on_step: hears what is being done, and which fraction of all is done.
        **scoring: keywords of `score`: the models, and how clips are read and compared. What is said of how
            clips are read (raw geometry, crop, deinterlace, matrix) is of the one that is encoded;
            ``depth`` is ``"auto"``.

    Returns:
        A `SearchResult` with every try.

    Raises:
        InvalidArgument: an argument is outside what it can be, or `output` can't be written.
        VideoError: the clip can't be read or encoded, or no try reaches the target.
        ToolMissing: there is no ffmpeg.
    """
    require_path("clip", clip)
    require_whole_number("max_encodes", max_encodes, 1)
    require_seconds("sample_duration", sample_duration)
    if sample_duration == 0:
        raise InvalidArgument("sample_duration must be above 0, got 0; give 5, say.")
    _check_tolerance(tolerance)
    if samples is not None:
        require_whole_number("samples", samples, 1)
    wanted, limits = parse_target(target), _limits(crf, bitrate)
    more = encoder_arguments(encoder_args)
    options, keywords = reading_options(scoring), scoring_keywords(scoring)
    ffmpeg = find_ffmpeg(options.ffmpeg, libvmaf=False)
    mode = BITRATE if bitrate else CRF
    recipe = Recipe(find_encoder(encoder, ffmpeg), mode, _word(preset), more)
    source = open_source(clip, options, ffmpeg)
    scale = scale_of(recipe.encoder, mode, limits, wanted.highest, source.pixels_a_second)
    if output is not None:
        _check_output(output, clip, recipe.encoder)
    parts = choose_samples(source.n_frames, source.frame_rate, samples, sample_duration)
    with scratch_folder() as folder:
        files = cut_samples(
            source, parts, ffmpeg, folder, lambda done: on_step("decoding samples", done / (max_encodes + 1))
        )
        trials = Trials(source, files, recipe, scale, wanted, ffmpeg, keywords, on_step, max_encodes)
        best, is_settled = settle(trials, tolerance, max_encodes, os.fspath(clip))
        value = scale.values[best]
        if output is not None:
            label = f"encoding {Path(output).name}"
            encode_whole(
                source, recipe, value, Path(output), ffmpeg, folder, lambda done: on_step(label, done)
            )
    return SearchResult(
        clip=os.fspath(clip),
        encoder=encoder,
        mode=mode,
        target=str(wanted),
        samples=tuple(parts),
        frame_rate=source.frame_rate,
        tries=tuple(trials.tries.values()),
        chosen=trials.tries[best],
        is_settled=is_settled,
        encoder_arguments=recipe.arguments(value),
        output=None if output is None else os.fspath(output),
        is_limited_by_range=_is_limited(trials, best, limits, tolerance),
    )


def _is_limited(trials: Trials, best: int, limits: Range | None, tolerance: float) -> bool:
    """Whether the range that was given, and no property of the encoder, ends the search."""
    scale = trials.scale
    is_end = 0 < best == len(scale.values) - 1
    is_encoders = scale.mode == CRF and scale.values[best] >= trials.recipe.encoder.crf[1]
    exceeded = min(margin.value for margin in trials.margins[best])
    return limits is not None and is_end and not is_encoders and exceeded > tolerance


def _check_tolerance(tolerance: object) -> None:
    is_number = isinstance(tolerance, (int, float)) and not isinstance(tolerance, bool)
    if not is_number or not 0 <= cast(float, tolerance) < math.inf:
        raise InvalidArgument(f"tolerance must be a number, 0 or more, got {tolerance!r}.")


def _limits(crf: Range | None, bitrate: bool | Range) -> Range | None:
    if crf is not None and bitrate:
        raise InvalidArgument("crf and bitrate are two searches; give one of them.")
    limits = crf if crf is not None else None if isinstance(bitrate, bool) else bitrate
    if limits is None:
        return None
    try:
        low, high = (float(limit) for limit in limits)
    except (TypeError, ValueError):
        raise InvalidArgument(
            f"a range must be two numbers, the lowest and the highest, got {limits!r}."
        ) from None
    return low, high


def _word(preset: str | int | None) -> str | None:
    return None if preset is None else str(preset)


def _check_output(output: str | os.PathLike[str], clip: str | os.PathLike[str], encoder: Encoder) -> None:
    require_path("output", output)
    if Path(output).exists() and os.path.samefile(output, clip):
        raise InvalidArgument(f"can't write {output}: it is the clip that is encoded; choose another name.")
    check_container(Path(output), encoder)
    check_writable(output)
