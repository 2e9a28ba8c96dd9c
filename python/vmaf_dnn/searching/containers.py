# SPDX-License-Identifier: BSD-3-Clause
"""Which files hold the video of which encoders, by their suffix."""

from __future__ import annotations

from pathlib import Path

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.searching.encoders import ENCODERS, Encoder

_H264, _HEVC = {"libx264"}, {"libx265"}
_AV1_VP9 = {encoder.name for encoder in ENCODERS} - _H264 - _HEVC
_ALL = _H264 | _HEVC | _AV1_VP9

_HELD = {  # as ffmpeg writes, and reads back
    ".mkv": _ALL,
    ".mp4": _ALL,
    ".nut": _ALL,
    ".flv": _ALL,
    ".mov": _H264 | _HEVC,
    ".ts": _H264 | _HEVC,
    ".m2ts": _H264 | _HEVC,
    ".m4v": _H264,
    ".avi": _H264 | _AV1_VP9,
    ".webm": _AV1_VP9,
    ".ivf": _AV1_VP9,
}


def check_container(output: Path, encoder: Encoder) -> None:
    """Raise `InvalidArgument` unless a file of that name holds what the encoder gives."""
    suffix = output.suffix.lower()
    if encoder.name in _HELD.get(suffix, ()):
        return
    if suffix in _HELD:
        fault = f"{suffix} holds no video of {encoder.name}"
    elif suffix:
        fault = f"{suffix} is no container of video"
    else:
        fault = "its name has no suffix, which tells the container"
    fitting = ", ".join(suffix for suffix, encoders in _HELD.items() if encoder.name in encoders)
    raise InvalidArgument(f"can't write {output}: {fault}; end its name with one of {fitting}.")
