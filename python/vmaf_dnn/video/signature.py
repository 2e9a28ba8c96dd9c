# SPDX-License-Identifier: BSD-3-Clause
"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import os
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
    (FileKind("an MPEG program stream", "mpg"), 0, b"\0\0\x01\xba"),
    (FileKind("an MPEG-2 video", "m2v"), 0, b"\0\0\x01\xb3"),
    (FileKind("an HEVC", "hevc"), 0, b"\0\0\0\x01\x40\x01"),
    (FileKind("an HEVC", "hevc"), 0, b"\0\0\0\x01\x46\x01"),
    (FileKind("an HEVC", "hevc"), 0, b"\0\0\x01\x40\x01"),
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


def _by_structure(head: bytes) -> FileKind | None:
    """Tell what no few bytes at one place tell."""
    if head.startswith(b"\x1aE\xdf\xa3"):
        return FileKind("a WebM", "webm") if b"webm" in head[:64] else FileKind("a Matroska", "mkv")
    if head.startswith(b"\xff\xd8\xff") and head[6:10] in (b"JFIF", b"Exif", b"Lavc"):
        return FileKind("a JPEG", "jpg")
    if head.startswith(b"\x12\0\x0a") and head[3:4] and 4 <= head[3] < 32:
        return FileKind("an AV1", "obu")
    if _is_h264(head):
        return FileKind("an H.264", "h264")
    return FileKind("an MPEG transport stream", "ts") if _is_transport_stream(head) else None


def _is_h264(head: bytes) -> bool:
    """Whether it begins with a sequence parameter set, or a delimiter of access units."""
    zeros = head[:4].find(1)
    unit = head[zeros + 1 : zeros + 3]
    if zeros not in (2, 3) or any(head[:zeros]) or len(unit) < 2:
        return False
    return unit[0] & 0x9F == 7 if unit[0] != 9 else unit[1] & 0x1F == 0x10


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
    return _by_structure(head)


def renamed(path: Path, kind: FileKind) -> Path:
    """`path` with the suffix of what it is."""
    return path.with_suffix(f".{kind.suffix}")
