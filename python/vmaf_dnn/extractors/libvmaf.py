# SPDX-License-Identifier: BSD-3-Clause
"""Features and VMAF scores through the libvmaf filter of ffmpeg, one run for any number of models."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vmaf_dnn._ffmpeg import FFmpeg, Outcome, ProgressHook, find_ffmpeg, run
from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractors import FeatureTable
from vmaf_dnn.extractors._pair import Pair, open_pair
from vmaf_dnn.video import Clip, Progress, VideoOptions

_LOG = "libvmaf.json"
_DEFAULT_MODEL = "version=vmaf_v0.6.1:name=vmaf"
_SAME_RANGE = "in_range=pc:out_range=pc"  # equal ranges on both sides: swscale then moves samples untouched


def extract(
    reference: str | os.PathLike[str],
    distorted: str | os.PathLike[str],
    *,
    options: VideoOptions = VideoOptions(),  # noqa: B008 (frozen)
    models: tuple[str, ...] = ("version=vmaf_v0.6.1",),
    progress: Callable[[Progress], None] | None = None,
) -> FeatureTable:
    """Extract libvmaf's metrics of every frame pair, matched by index, never by time stamp.

    `models` are libvmaf's own model strings (``version=vmaf_v0.6.1:name=vmaf:disable_clip=true``; a path in
    one must be absolute); with none the table holds features only.
    Only luma is compared, and as it is: no range, depth or (unless asked) size conversion.
    Raises `VideoError` for clips that can't be read or compared, `ToolMissing` without ffmpeg.
    """
    ffmpeg = find_ffmpeg(options.ffmpeg)
    pair = open_pair(reference, distorted, options, ffmpeg)
    with tempfile.TemporaryDirectory(prefix="vmaf-dnn-") as name:
        folder = Path(name)
        arguments = _arguments(pair, models or (_DEFAULT_MODEL,))  # the filter can't run without a model
        outcome = run(ffmpeg, arguments, folder, _hook(progress, pair.n_frames_hint))
        outcome.check(f"comparing {pair.distorted.path} with {pair.reference.path} failed")
        n_frames = pair.check_lengths(*_frames_decoded(outcome), outcome.complaint)
        log = json.loads((folder / _LOG).read_text("utf-8"))
    if not models:
        _drop_metric(log, "vmaf")
    return _table(log, pair.reference, ffmpeg, -(-n_frames // options.subsample))


def _arguments(pair: Pair, models: tuple[str, ...]) -> list[str]:
    threads = pair.options.threads
    decoders = ("-threads", str(threads)) if threads else ()
    inputs = [
        word for clip in (pair.distorted, pair.reference) for word in (*decoders, *clip.input_arguments)
    ]
    outputs = ("-map", "[scored]", "-fps_mode", "passthrough", "-f", "null", "-")
    return [*inputs, "-filter_complex", _graph(pair, models), *outputs]


def _graph(pair: Pair, models: tuple[str, ...]) -> str:
    ref, dist, options = pair.reference, pair.distorted, pair.options
    size = f"w={ref.width}:h={ref.height}:flags=bicubic:" if dist.size != ref.size else ""
    main = f"[0:V:0]{_luma(dist, options.frame_skip_dist, options.frame_cnt, size)}[main]"
    reference = f"[1:V:0]{_luma(ref, options.frame_skip_ref, options.frame_cnt)}[reference]"
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


def _luma(clip: Clip, n_skipped: int, n_kept: int, size: str = "") -> str:
    """The filters that number the frames by index and keep the luma samples as the decoder gave them."""
    end = f":end_frame={n_skipped + n_kept}" if n_kept else ""
    depth = "" if clip.bitdepth == 8 else f"{clip.bitdepth}le"
    return (
        f"trim=start_frame={n_skipped}{end},settb=1/1000,setpts=N"
        f",scale={size}{_SAME_RANGE},format=yuv420p{depth}"  # libvmaf has no grey format; chroma is not read
    )


def _hook(progress: Callable[[Progress], None] | None, n_frames_total: int | None) -> ProgressHook | None:
    if progress is None:
        return None
    start = time.monotonic()

    def report(block: dict[str, str]) -> None:
        n_frames_done = int(block.get("frame", "0"))
        progress(Progress(n_frames_done, n_frames_total, n_frames_done / (time.monotonic() - start)))

    return report


def _frames_decoded(outcome: Outcome) -> tuple[int, int]:
    """How many frames of the reference and of the distorted clip were decoded, as ffmpeg closes with."""
    counts = dict(re.findall(r"Input stream #(\d+):\d+ \(video\): .*?(\d+) frames decoded", outcome.log))
    if counts.keys() != {"0", "1"}:
        raise VideoError(f"ffmpeg did not state how many frames it decoded of each clip; {outcome.complaint}")
    return int(counts["1"]), int(counts["0"])


def _drop_metric(log: dict[str, Any], name: str) -> None:
    for frame in log["frames"]:
        frame["metrics"].pop(name, None)


def _table(log: dict[str, Any], ref: Clip, ffmpeg: FFmpeg, n_expected: int) -> FeatureTable:
    frames = log["frames"]
    if len(frames) != n_expected:
        raise VideoError(
            f"libvmaf scored {len(frames)} frames where {n_expected} were decoded;"
            " a clip that changes its size or pixel format on the way can't be scored"
        )
    names = dict.fromkeys(name for frame in frames for name in frame["metrics"])
    metrics = {name: np.array([_value(frame["metrics"].get(name)) for frame in frames]) for name in names}
    numbers = np.array([frame["frameNum"] for frame in frames], dtype=np.int64)
    extractor = f"libvmaf {log['version']} in ffmpeg {ffmpeg.version}"
    return FeatureTable(numbers, metrics, ref.width, ref.height, log["fps"], extractor)


def _value(value: float | None) -> float:
    return float("nan") if value is None else float(value)
