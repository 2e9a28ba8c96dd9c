# SPDX-License-Identifier: BSD-3-Clause
"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from vmaf_dnn.video.clip import open_regular

Y4M = "y4m"
_N_BYTES = 1024
_AV1_UNITS = (3, 5, 6, 7, 8, 15)  # frame headers, metadata, frames, tiles, padding
_N_PACKETS = 4  # of a transport stream: four headers of four bytes are no accident


class FileKind(NamedTuple):
    """A format of files: what to call one, and the suffix that it should have."""

    name: str
    suffix: str


SEQUENCE = FileKind("a sequence-of-stills", "")
_LITERALS: tuple[tuple[FileKind, int, bytes], ...] = (
    (FileKind("a y4m", Y4M), 0, b"YUV4MPEG2"),
    (FileKind("a QuickTime", "mov"), 4, b"ftypqt  "),
    (FileKind("an MP4", "mp4"), 4, b"ftyp"),
    (FileKind("a QuickTime", "mov"), 4, b"moov"),
    (FileKind("a QuickTime", "mov"), 4, b"mdat"),
    (FileKind("a QuickTime", "mov"), 4, b"wide"),
    (FileKind("a QuickTime", "mov"), 4, b"free"),
    (FileKind("a QuickTime", "mov"), 4, b"skip"),
    (FileKind("an AVI", "avi"), 8, b"AVI LIST"),
    (FileKind("a WebP", "webp"), 8, b"WEBPVP8"),
    (FileKind("a WAV", "wav"), 8, b"WAVEfmt "),
    (FileKind("an IVF", "ivf"), 0, b"DKIF\0\0"),
    (FileKind("an FLV", "flv"), 0, b"FLV\x01"),
    (FileKind("an Ogg", "ogv"), 0, b"OggS\0"),
    (FileKind("a WMV", "wmv"), 0, b"0&\xb2u\x8ef\xcf\x11"),
    (FileKind("an MXF", "mxf"), 0, b"\x06\x0e\x2b\x34\x02\x05\x01\x01"),
    (FileKind("a NUT", "nut"), 0, b"nut/multimedia container\0"),
    (FileKind("a PNG", "png"), 0, b"\x89PNG\r\n\x1a\n"),
    (FileKind("a GIF", "gif"), 0, b"GIF87a"),
    (FileKind("a GIF", "gif"), 0, b"GIF89a"),
    (FileKind("a DPX", "dpx"), 0, b"SDPX"),
    (FileKind("a DPX", "dpx"), 0, b"XPDS"),
    (FileKind("a TIFF", "tif"), 0, b"II*\0"),
    (FileKind("a TIFF", "tif"), 0, b"MM\0*"),
    (FileKind("an OpenEXR", "exr"), 0, b"v/1\x01\x02"),
)
"""Bytes at a place of a file, long enough that samples of raw video are not these by chance."""


def _one_of(is_meant: Callable[[int], object]) -> bytes:
    """Return a pattern of one byte."""
    return b"[" + b"".join(b"\\x%02x" % value for value in range(256) if is_meant(value)) + b"]"


_H264_PROFILES = {44, 66, 77, 83, 86, 88, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244}
_H264_LEVELS = {9, 10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52, 60, 61, 62}
_START = rb"\0?\0\0\x01"


@cache
def _streams() -> tuple[tuple[FileKind, re.Pattern[bytes]], ...]:
    """How bare streams begin: a start code and, since dark samples look like it, what has to follow."""
    sequence_parameters = rb"[\x27\x47\x67]%b%b%b" % (
        _one_of(_H264_PROFILES.__contains__),
        _one_of(lambda flags: not flags & 3),
        _one_of(_H264_LEVELS.__contains__),
    )
    pack = rb"\xba" + _one_of(lambda clock: clock & 0xC4 == 0x44 or clock & 0xF1 == 0x21)
    sequence = rb"\xb3(?!\0\0\0)...%b..%b" % (
        _one_of(lambda form: form >> 4 and 1 <= form & 15 <= 8),
        _one_of(lambda rate: rate & 0x20),
    )
    beginnings = (
        (FileKind("an H.264", "h264"), sequence_parameters),
        (FileKind("an H.264", "h264"), rb"\x09[\x10\x30\x50\x70\x90\xb0\xd0\xf0]" + _START),
        (FileKind("an HEVC", "hevc"), rb"\x40\x01..\xff\xff"),
        (FileKind("an HEVC", "hevc"), rb"\x46\x01[\x10\x30\x50]" + _START),
        (FileKind("an MPEG program stream", "mpg"), pack),
        (FileKind("an MPEG-2 video", "m2v"), sequence),
    )
    return tuple((kind, re.compile(_START + pattern, re.DOTALL)) for kind, pattern in beginnings)


def _by_structure(head: bytes) -> FileKind | None:
    """Tell what no few bytes at one place tell."""
    if head.startswith(b"\x1aE\xdf\xa3"):
        return FileKind("a WebM", "webm") if b"webm" in head[:64] else FileKind("a Matroska", "mkv")
    if head.startswith(b"\xff\xd8\xff") and head[6:10] in (b"JFIF", b"Exif", b"Lavc"):
        return FileKind("a JPEG", "jpg")
    if _is_av1(head):
        return FileKind("an AV1", "obu")
    return FileKind("an MPEG transport stream", "ts") if _is_transport_stream(head) else None


def _is_av1(head: bytes) -> bool:
    """Whether it begins with a delimiter and a sequence header, behind which another unit begins."""
    if not head.startswith(b"\x12\0\x0a") or len(head) < 5 or not 4 <= head[3] < 32 or head[4] >> 5 > 2:
        return False
    return any(unit & 0x83 == 0x02 and unit >> 3 in _AV1_UNITS for unit in head[4 + head[3] :][:1])


def _is_transport_stream(head: bytes) -> bool:
    return any(_has_packets(head[start:], n_bytes) for start, n_bytes in ((0, 188), (4, 192)))


def _has_packets(head: bytes, n_bytes: int) -> bool:
    headers = [head[i * n_bytes :][:4] for i in range(_N_PACKETS)]
    return all(len(h) == 4 and h[0] == 0x47 and not h[1] & 0x80 and h[3] & 0x30 for h in headers)


def kind_of(path: str | os.PathLike[str]) -> FileKind | None:
    """Return what `path` is by its first bytes; None if nothing is known that begins so, as raw video.

    Raises `VideoError` if it can't be read.
    """
    with open_regular(path) as file:
        return kind_of_head(file.read(_N_BYTES))


def kind_of_head(head: bytes) -> FileKind | None:
    """Return what begins with these bytes, or None."""
    for kind, place, literal in _LITERALS:
        if head.startswith(literal, place):
            return kind
    if head.startswith(b"\0\0"):
        return next((kind for kind, stream in _streams() if stream.match(head)), None)
    return _by_structure(head)


def renamed(path: Path, kind: FileKind) -> Path:
    """`path` with the suffix of what it is."""
    return path.with_suffix(f".{kind.suffix}")
