# SPDX-License-Identifier: BSD-3-Clause
"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from vmaf_dnn.video.clip import open_regular

Y4M = "y4m"
_N_BYTES = 1024
_N_PACKETS = 4  # of a transport stream: four headers of four bytes are no accident


class FileKind(NamedTuple):
    """A format of files: what to call one, and the suffix that it should have."""

    name: str
    suffix: str


def _begins(pattern: bytes) -> Callable[[bytes], bool]:
    expression = re.compile(pattern, re.DOTALL)
    return lambda head: expression.match(head) is not None


def _is_transport_stream(head: bytes) -> bool:
    return any(_has_packets(head[start:], n_bytes) for start, n_bytes in ((0, 188), (4, 192)))


def _has_packets(head: bytes, n_bytes: int) -> bool:
    headers = [head[i * n_bytes :][:4] for i in range(_N_PACKETS)]
    return all(len(h) == 4 and h[0] == 0x47 and not h[1] & 0x80 and h[3] & 0x30 for h in headers)


# Long enough that samples of raw video don't begin so by chance: four bytes or more.
_KINDS: tuple[tuple[FileKind, Callable[[bytes], bool]], ...] = (
    (FileKind("a y4m", Y4M), _begins(rb"YUV4MPEG2[ \n]")),
    (FileKind("a QuickTime", "mov"), _begins(rb"....(?:ftypqt  |moov|mdat|wide|free|skip)")),
    (FileKind("an MP4", "mp4"), _begins(rb"....ftyp")),
    (FileKind("a WebM", "webm"), _begins(rb"\x1aE\xdf\xa3.{0,60}?webm")),
    (FileKind("a Matroska", "mkv"), _begins(rb"\x1aE\xdf\xa3")),
    (FileKind("an AVI", "avi"), _begins(rb"RIFF....AVI ")),
    (FileKind("a WebP", "webp"), _begins(rb"RIFF....WEBP")),
    (FileKind("a WAV", "wav"), _begins(rb"RIFF....WAVE")),
    (FileKind("an MPEG transport stream", "ts"), _is_transport_stream),
    (FileKind("an MPEG program stream", "mpg"), _begins(rb"\0\0\x01\xba")),
    (FileKind("an MPEG-2 video", "m2v"), _begins(rb"\0\0\x01\xb3")),
    (FileKind("an H.264", "h264"), _begins(rb"\0?\0\0\x01(?:[\x27\x47\x67][\x2c-\xf4]|\x09[\x10-\xf0])")),
    (FileKind("an HEVC", "hevc"), _begins(rb"\0?\0\0\x01[\x40\x46]\x01")),
    (FileKind("an AV1", "obu"), _begins(rb"\x12\0\x0a[\x04-\x1f]")),
    (FileKind("an IVF", "ivf"), _begins(rb"DKIF\0\0")),
    (FileKind("an FLV", "flv"), _begins(rb"FLV\x01")),
    (FileKind("an Ogg", "ogv"), _begins(rb"OggS\0")),
    (FileKind("a WMV", "wmv"), _begins(rb"0&\xb2u\x8ef\xcf\x11")),
    (FileKind("an MXF", "mxf"), _begins(rb"\x06\x0e\x2b\x34\x02\x05\x01\x01")),
    (FileKind("a NUT", "nut"), _begins(rb"nut/multimedia container\0")),
    (FileKind("a PNG", "png"), _begins(rb"\x89PNG\r\n\x1a\n")),
    (FileKind("a JPEG", "jpg"), _begins(rb"\xff\xd8\xff[\xe0-\xef]..(?:JFIF|Exif|Lavc)")),
    (FileKind("a GIF", "gif"), _begins(rb"GIF8[79]a")),
    (FileKind("a DPX", "dpx"), _begins(rb"SDPX|XPDS")),
    (FileKind("a TIFF", "tif"), _begins(rb"II\*\0[\x08-\xff]|MM\0\*")),
    (FileKind("an OpenEXR", "exr"), _begins(rb"v/1\x01\x02")),
)


def kind_of(path: str | os.PathLike[str]) -> FileKind | None:
    """Return what `path` is by its first bytes; None if nothing is known that begins so, as raw video.

    Raises `VideoError` if it can't be read.
    """
    with open_regular(path) as file:
        head = file.read(_N_BYTES)
    return next((kind for kind, is_so in _KINDS if is_so(head)), None)


def renamed(path: Path, kind: FileKind) -> Path:
    """`path` with the suffix of what it is."""
    return path.with_suffix(f".{kind.suffix}")
