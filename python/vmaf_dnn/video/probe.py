# SPDX-License-Identifier: BSD-3-Clause
"""Any other file: decode its first frame and let ffmpeg's showinfo filter describe it."""

from __future__ import annotations

import re
from pathlib import Path

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import BIT_DEPTHS, Clip, file_argument
from vmaf_dnn.video.cures import as_yuv, with_readable_bits
from vmaf_dnn.video.ffmpeg import FFmpeg, run
from vmaf_dnn.video.ffmpeg_log import Outcome
from vmaf_dnn.video.options import ClipOptions
from vmaf_dnn.video.scratch import scratch_folder
from vmaf_dnn.video.showinfo import SHOWINFO, stated_in, streams

_FRAME = r"n: *\d+ .*\bfmt:(\w+)\b.*\bs:(\d+)x(\d+)\b"
_DURATION = r"  Duration: (\d+):(\d\d):(\d\d\.\d+)"

# ffmpeg's names of pixel formats that hold luma: planar ones state their layout and depth, packed ones don't
_PLANAR = re.compile(r"(?:yuv[aj]?(4\d\d)p|gray)(\d*)(?:le|be)?")
_PACKED = {
    "nv12": ("420", 8),
    "nv16": ("422", 8),
    "nv21": ("420", 8),
    "nv24": ("444", 8),
    "yuyv422": ("422", 8),
    "uyvy422": ("422", 8),
    "yvyu422": ("422", 8),
    "ya8": ("mono", 8),
}
_PACKED |= {
    "p010le": ("420", 10),
    "p210le": ("422", 10),
    "p410le": ("444", 10),
    "y210le": ("422", 10),
    "p012le": ("420", 12),
    "p016le": ("420", 16),
    "ya16le": ("mono", 16),
}


def probe(path: Path, ffmpeg: FFmpeg, options: ClipOptions) -> Clip:
    """Describe a file that ffmpeg decodes; `VideoError` when it can't, or when its pixels hold no luma."""
    arguments = ("-protocol_whitelist", "file", "-i", file_argument(path))
    look = ("-map", "0:V:0", "-vf", "showinfo=checksum=0", "-frames:v", "1", "-f", "null", "-")
    with scratch_folder() as folder:
        words = ("-threads", "1", *arguments, *look)
        outcome = run(ffmpeg, words, folder, stall_timeout=options.stall_timeout)
        _check_has_video(outcome, path)
        # it reads ahead: damage is for the scoring run
        outcome.check(f"{path} can't be decoded", errors_fail=False)
        frames = outcome.said(_FRAME, SHOWINFO)
        if not frames:
            raise VideoError(f"{path} holds no video frame that ffmpeg can decode.")
    frame = frames[-1]
    chroma, bit_depth = _layout(frame[1], path)
    stated = stated_in(outcome)
    return Clip(
        path,
        int(frame[2]),
        int(frame[3]),
        bit_depth,
        chroma,
        arguments,
        duration_frames=_duration_frames(outcome, stated.frame_rate),
        stated=stated,
    )


def _check_has_video(outcome: Outcome, path: Path) -> None:
    """Refuse what ffmpeg can read and holds no video: sound, subtitles, sound with a cover."""
    kinds = dict.fromkeys(kind for kind, _ in streams(outcome))
    if kinds and "video" not in kinds:
        raise VideoError(
            f"{path} holds no video, only {' and '.join(kinds)}; name the file that has the pictures."
        )


def _layout(pixel_format: str, path: Path) -> tuple[str, int]:
    planar = _PLANAR.fullmatch(pixel_format)
    layout = (planar[1] or "mono", int(planar[2] or 8)) if planar else _PACKED.get(pixel_format)
    if layout is None:
        raise VideoError(
            f"{path} decodes to {pixel_format}, which holds no luma; VMAF compares luma, so convert it, and"
            f" the other clip alike if it is RGB, too ({as_yuv(path, _rgb_bits(pixel_format))})."
        )
    bit_depth = layout[1]
    if bit_depth not in BIT_DEPTHS:
        raise VideoError(
            f"{path} has {bit_depth}-bit samples ({pixel_format}); {', '.join(map(str, BIT_DEPTHS))} bits are"
            f" compared, so raise it, and the other clip alike ({with_readable_bits(path, *layout)})."
        )
    return layout


def _rgb_bits(pixel_format: str) -> int:
    """Return a depth that holds samples of RGB; 8 if the name states none."""
    stated = re.search(r"(?:gbra?p|x2(?:rgb|bgr)|xyz|rgba?f?|bgra?f?|bayer_\D+)(\d+)", pixel_format)
    bits = int(stated[1]) if stated else 8
    bits //= {48: 3, 64: 4}.get(bits, 1)
    return next((depth for depth in BIT_DEPTHS if depth >= bits), BIT_DEPTHS[-1])


def _duration_frames(outcome: Outcome, rate: float | None) -> int | None:
    durations = outcome.said(_DURATION)
    if rate is None or not durations:
        return None
    duration = durations[-1]
    seconds = int(duration[1]) * 3600 + int(duration[2]) * 60 + float(duration[3])
    return round(seconds * rate) or None
