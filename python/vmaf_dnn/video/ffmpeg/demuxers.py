# SPDX-License-Identifier: BSD-3-Clause
"""Which of ffmpeg's demuxers a file may get whose first bytes are those of a format that we know."""

from __future__ import annotations

_CONTAINERS = (
    "matroska",
    "webm",
    "mov",
    "mp4",
    "avi",
    "flv",
    "ogg",
    "asf",
    "mxf",
    "nut",
    "ivf",
    "mpeg",
    "mpegts",
    "wav",
)
_STREAMS = ("obu", "av1", "h264", "hevc", "mpegvideo", "mjpeg")
_STILLS = ("image2", "gif", "apng", "webp", "webp_anim")
_PIPES = ("bmp", "dpx", "exr", "gif", "jpeg", "png", "tiff", "webp")

SELF_CONTAINED = (
    "-format_whitelist",
    ",".join((*_CONTAINERS, *_STREAMS, *_STILLS, *(f"{name}_pipe" for name in _PIPES))),
)
"""Arguments before ``-i``. ffmpeg looks for more than first bytes: what begins as an AVI file does can be a
playlist to it, which opens other files."""
