# SPDX-License-Identifier: BSD-3-Clause
"""A demonstration: make a clip, encode it at several qualities, score every encode with every model."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from vmaf_dnn.demo.clip import FRAME_RATE, check_clip_size, make_clip
from vmaf_dnn.demo.encodes import ENCODES, Encode, ScoredEncode
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import write_whole
from vmaf_dnn.report.extras import imported
from vmaf_dnn.scoring import score
from vmaf_dnn.session import Session
from vmaf_dnn.video.ffmpeg.program import FFmpeg, find_ffmpeg, run

MODELS = ("vmaf_tiny_v2", "vmaf_tiny_v3", "vmaf_tiny_v4")
PLOT_NAME = "demo.png"

StepHook = Callable[[str, float], None]


def run_demo(
    folder: str | os.PathLike[str],
    *,
    size: tuple[int, int] = (640, 360),
    n_frames: int = 60,
    ffmpeg: str | None = None,
    on_step: StepHook = lambda label, fraction: None,
) -> list[ScoredEncode]:
    """Make a clip, encode it, score the encodes; write a JSON report of each and one plot into `folder`.

    `on_step` hears what is being done, and which fraction of all is done. Raises `VmafDnnError`.
    """
    check_clip_size(size, n_frames)
    imported("matplotlib.figure", "the demo", "vmaf-dnn[video]")
    from vmaf_dnn.demo.plot import plot

    target = _made_folder(Path(folder))
    tool = find_ffmpeg(ffmpeg)
    sessions = open_sessions()
    scored = []
    with tempfile.TemporaryDirectory(prefix="vmaf-dnn-") as name:
        on_step("making the clip", 0.0)
        reference = make_clip(tool, Path(name), size, n_frames)
        for index, encode in enumerate(ENCODES):
            on_step(f"encoding {encode.name}", (index + 0.2) / len(ENCODES))
            clip = _encode(tool, reference, encode)
            on_step(f"scoring {encode.name}", (index + 0.7) / len(ENCODES))
            scored.append(_score(tool, reference, clip, encode, sessions, n_frames))
    for item in scored:
        item.report.write(target / f"{item.encode.name}.json")
    on_step("drawing", 1.0)
    write_whole(target / PLOT_NAME, plot(scored))
    return scored


def open_sessions() -> list[Session]:
    """Every scoring model in both precisions."""
    return [Session(model, precision=precision) for model in MODELS for precision in ("fp32", "int8")]


def _made_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidArgument(f"can't make the folder {folder}: {error.strerror}; name another.") from error
    return folder


def _encode(ffmpeg: FFmpeg, reference: Path, encode: Encode) -> Path:
    clip = reference.with_name(f"{encode.name}.mkv")
    settings = ("-c:v", encode.encoder, "-crf", str(encode.crf), "-preset", "fast")
    outcome = run(ffmpeg, ("-i", reference.name, *settings, clip.name), reference.parent)
    outcome.check(f"encoding with {encode.encoder} failed")
    return clip


def _score(
    ffmpeg: FFmpeg, reference: Path, clip: Path, encode: Encode, sessions: list[Session], n_frames: int
) -> ScoredEncode:
    threads = os.cpu_count() or 1  # by libvmaf, for its own score
    report = score(
        reference, clip, tiny_model=sessions, threads=threads, ffmpeg=ffmpeg.path, extractor="libvmaf"
    )
    kbit_per_s = clip.stat().st_size * 8 / 1000 * FRAME_RATE / n_frames
    return ScoredEncode(encode, kbit_per_s, report)
