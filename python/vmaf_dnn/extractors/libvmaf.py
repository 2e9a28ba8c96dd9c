# SPDX-License-Identifier: BSD-3-Clause
"""Features and VMAF scores through the libvmaf filter of ffmpeg, one run for any number of models."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress

from vmaf_dnn.errors import VideoError, VmafDnnError
from vmaf_dnn.extractor import CHROMA, FeatureExtractor
from vmaf_dnn.extractors.table import FeatureTable
from vmaf_dnn.extractors.vmaf_log import read_vmaf_log
from vmaf_dnn.svm import find_model, parse_model_flag, read_svm_model
from vmaf_dnn.svm.measures import CAMBI, SPEED_CHROMA, is_over
from vmaf_dnn.video.clip import Clip, Progress, check_there
from vmaf_dnn.video.comparison import Comparison, open_comparison
from vmaf_dnn.video.ffmpeg.log import Outcome
from vmaf_dnn.video.ffmpeg.program import ProgressHook, find_ffmpeg, run
from vmaf_dnn.video.ffmpeg.scratch import scratch_folder
from vmaf_dnn.video.frames import check_steady, decoding_filters
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.shaping.depth import raising_filters
from vmaf_dnn.video.timing.selection import Selection

_LOG = "libvmaf.json"
_FOR_FEATURES = "vmaf_dnn_features"  # the filter measures what models ask for: this one, the canonical six
_FEATURES_MODEL = f"version=vmaf_v0.6.1:name={_FOR_FEATURES}"
# A list of the frames' numbers rather than the null muxer: a write that fails ends ffmpeg when we are gone,
# however that came about (SIGKILL too). The time base is that of the frames; a coarser one repeats numbers.
_FRAME_LIST = [
    *("-fps_mode", "passthrough", "-enc_time_base", "1:1000"),
    *("-flush_packets", "1", "-f", "mkvtimestamp_v2", "pipe:1"),
]
_DECODED = r"  Input stream #([01]):\d+ \(video\): \d+ packets read \(\d+ bytes\); (\d+) frames decoded"


def extract(
    reference: str | os.PathLike[str],
    distorted: str | os.PathLike[str],
    *,
    options: VideoOptions = VideoOptions(),  # noqa: B008 (frozen)
    models: tuple[str, ...] = ("version=vmaf_v0.6.1",),
    progress: Callable[[Progress], None] | None = None,
) -> FeatureTable:
    """Extract libvmaf's metrics of every frame pair, each of which is taken once.

    `models` are libvmaf's own model strings (``version=vmaf_v0.6.1:name=vmaf:disable_clip=true``; a path in
    one must be absolute); with none the table holds features only.
    Luma is compared, and chroma if a model is over it, as they are: no range, depth or (unless asked) size
    conversion.
    Raises `VideoError` for clips that can't be read or compared, `ToolMissing` without ffmpeg.
    """
    ffmpeg = find_ffmpeg(options.ffmpeg)
    comparison = open_comparison(reference, [distorted], options, lambda: ffmpeg)
    ref, (dist,) = comparison.reference, comparison.distorted
    for clip in (ref, dist):
        check_there(clip)
    comparison.check_each_once()
    of_chroma = next((model for model in models if _is_over(model, SPEED_CHROMA)), None)
    if of_chroma is not None:
        comparison.check_chroma(of_chroma)
    for model in models:
        _check_measurable(model, comparison)
    (encode,) = comparison.encodes
    models = tuple(encode.overloads(model) if _is_over(model, CAMBI) else model for model in models)
    with scratch_folder() as folder:
        arguments = _arguments(comparison, (*models, _FEATURES_MODEL), with_chroma=of_chroma is not None)
        hook = _hook(progress, comparison.n_frames_hint)
        outcome = run(ffmpeg, arguments, folder, hook, stall_timeout=options.stall_timeout)
        check_steady(outcome, ref.path, dist.path)
        decoded = [clip.path for clip in (dist, ref) if clip.frame_offsets is None]
        outcome.check(f"comparing {dist.path} with {ref.path} failed", decoded)
        n_frames = comparison.check_lengths(*_frames_decoded(outcome), dist)
        log = read_vmaf_log(folder / _LOG, (_FOR_FEATURES,))
    log.check(-(-n_frames // options.subsample))
    extractor = f"libvmaf {log.version} in ffmpeg {ffmpeg.version}"
    size = comparison.shown.width, comparison.shown.height
    return FeatureTable(
        log.frame_numbers,
        log.metrics,
        *size,
        log.fps,
        extractor,
        encode=encode,
        clips=comparison.treated_pair(dist),
        chosen=comparison.told(0),
    )


def _is_over(model: str, measure: str) -> bool:
    return is_over(parse_model_flag(model), measure)


def _check_measurable(model: str, comparison: Comparison) -> None:
    """Refuse frames that libvmaf can't measure for VMAF v1, for which it has no words, or crashes.

    Raises `InvalidArgument` in our own core's words.
    """
    request, shown = parse_model_flag(model), comparison.shown
    path = request.path if request.version is None else find_model(request.version)
    if not is_over(request, CAMBI):
        return
    features = [CAMBI, f"{SPEED_CHROMA}_uv"]
    with suppress(VmafDnnError):  # whatever we can't read, libvmaf may
        features = [feature.request for feature in read_svm_model(path).features] if path else features
    layout = shown.chroma if shown.chroma in CHROMA else None
    FeatureExtractor(shown.width, shown.height, shown.bit_depth, features=features, chroma=layout)


def _arguments(comparison: Comparison, models: tuple[str, ...], *, with_chroma: bool) -> list[str]:
    threads = comparison.options.threads
    decoders = ("-threads", str(threads)) if threads else ()
    clips = (*comparison.distorted, comparison.reference)
    inputs = [word for clip in clips for word in (*decoders, *clip.input_arguments)]
    graph = _graph(comparison, models, with_chroma=with_chroma)
    return [*inputs, "-filter_complex", graph, "-map", "[scored]", *_FRAME_LIST]


def _graph(comparison: Comparison, models: tuple[str, ...], *, with_chroma: bool) -> str:
    ref, (dist,), options = comparison.reference, comparison.distorted, comparison.options

    def filters(clip: Clip, selection: Selection) -> str:
        shown, part = comparison.shown, (selection.first, selection.count)
        filters = decoding_filters(clip, *part, shown, with_chroma=with_chroma, method=options.scale_method)
        return filters + raising_filters(clip, shown.bit_depth, clip.chroma if with_chroma else "420")

    of_reference, of_distorted = comparison.selections
    main = f"[0:V:0]{filters(dist, of_distorted)}[main]"
    reference = f"[1:V:0]{filters(ref, of_reference)}[reference]"
    settings = {
        "log_fmt": "json",
        "log_path": _LOG,
        "model": "'" + "|".join(models).replace(":", r"\:") + "'",
        "n_threads": options.threads,
        "n_subsample": options.subsample,
        "shortest": int(options.shortest),
    }
    libvmaf = "libvmaf=" + ":".join(f"{key}={value}" for key, value in settings.items())
    return f"{main};{reference};[main][reference]{libvmaf}[scored]"


def _hook(progress: Callable[[Progress], None] | None, n_frames_total: int | None) -> ProgressHook | None:
    if progress is None:
        return None
    start = time.monotonic()

    def report(block: dict[str, str]) -> None:
        count = block.get("frame", "")
        n_frames_done = int(count) if count.isdecimal() else 0
        progress(Progress(n_frames_done, n_frames_total, n_frames_done / (time.monotonic() - start)))

    return report


def _frames_decoded(outcome: Outcome) -> tuple[int, int]:
    """How many frames of the reference and of the distorted clip were decoded, as ffmpeg closes with."""
    counts = {match[1]: int(match[2]) for match in outcome.said(_DECODED)}
    if counts.keys() != {"0", "1"}:
        raise VideoError("ffmpeg did not state how many frames it decoded of each clip.")
    return counts["1"], counts["0"]
