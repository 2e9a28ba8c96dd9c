# SPDX-License-Identifier: BSD-3-Clause
"""YUV4MPEG2 files: the header, and whether every frame is whole."""

from __future__ import annotations

import os
import re
from array import array
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import READ_DEPTHS, Clip, file_argument, open_regular
from vmaf_dnn.video.stated import BOTTOM_FIRST, MIXED, PROGRESSIVE, TOP_FIRST, Ratio, Stated, ratio
from vmaf_dnn.video.yuv import frame_bytes

_MAX_LINE = 1 << 20
_MOST_OF_FRAME = 80  # bytes of a FRAME line, as in ffmpeg; what stands in longer ones is left out
_MAX_PIXELS = 1 << 28  # ffmpeg takes no larger frame
_RANGES = {"full": "full", "limited": "limited"}
_FIELDS = {"p": PROGRESSIVE, "t": TOP_FIRST, "b": BOTTOM_FIRST, "m": MIXED}
_CHROMA_TAG = re.compile(r"(420|411|422|444|mono)(?:jpeg|mpeg2|paldv|p?(\d+))?(alpha)?")


def open_y4m(path: Path) -> Clip:
    """Read the header of `path` and walk its frames; `VideoError` names the first one that is not whole."""
    with open_regular(path) as file:
        clip, n_bytes = read_head(file, path)
        end = os.fstat(file.fileno()).st_size
        offsets = _frame_offsets(file, n_bytes, end, clip)
    arguments = ("-f", "yuv4mpegpipe", "-i", file_argument(path))
    return replace(clip, input_arguments=arguments, frame_offsets=offsets, n_bytes=end)


def read_head(file: BinaryIO, path: Path) -> tuple[Clip, int]:
    """Read the header of a y4m: what it describes, and how many bytes a frame has. Raises `VideoError`."""
    line = _header_line(file, path)
    header = _tags_of(line, path)
    width, height = _dimension(header, "W", path), _dimension(header, "H", path)
    chroma, bit_depth, has_alpha = _chroma(header.get("C", "420"), path)
    if width * height > _MAX_PIXELS:
        raise VideoError(
            f"{path}: frames of {width}x{height} are too large; at most {_MAX_PIXELS} pixels are read."
        )
    n_bytes = frame_bytes(width, height, chroma, bit_depth, has_alpha=has_alpha)
    clip = Clip(path, width, height, bit_depth, chroma, (), stated=_stated(header), header=line)
    return clip, n_bytes


def read_frame_line(file: BinaryIO, n_before: int, clip: Clip) -> int:
    """Read what stands before a frame's samples; returns its bytes, 0 at the end. Raises `VideoError`."""
    line = file.readline(_MAX_LINE)
    if line == b"FRAME\n":
        return len(line)
    if line and not (line.startswith(b"FRAME ") and line.endswith(b"\n")):
        raise VideoError(f"{clip.path}: frame {n_before} must start with a FRAME line, got {line[:16]!r}.")
    if line and len(line) <= _MOST_OF_FRAME:
        clip.frame_words[n_before] = line[6:-1]
    return len(line)


def _stated(header: dict[str, str]) -> Stated:
    """Read what a header states; a tag of no meaning states nothing."""
    rate, aspect = (_ratio(header.get(tag, "")) for tag in "FA")
    return Stated(
        color_range=_RANGES.get(header.get("XCOLORRANGE", "").lower()),
        field_order=_FIELDS.get(header.get("I", "")),
        sample_aspect=aspect,
        frame_rate=None if rate is None else rate[0] / rate[1],
    )


def _header_line(file: BinaryIO, path: Path) -> bytes:
    line = file.readline(_MAX_LINE)
    if not re.match(rb"YUV4MPEG2[ \n]", line + b"\n"):
        raise VideoError(
            f"{path} is not a y4m file: its first line must start with YUV4MPEG2, got {line[:16]!r}."
        )
    if len(line) == _MAX_LINE and not line.endswith(b"\n"):
        raise VideoError(
            f"{path}: the y4m header has more than {_MAX_LINE} bytes, and no end; write it again."
        )
    if not line.endswith(b"\n"):
        raise VideoError(
            f"{path} is truncated: it ends within its y4m header, after {len(line)} bytes; get all of it."
        )
    return line


def _tags_of(line: bytes, path: Path) -> dict[str, str]:
    words = line.decode("latin-1").removesuffix("\n").split(" ")
    if not all(word.isascii() and word.isprintable() for word in words):
        raise VideoError(f"{path}: the y4m header must be plain text, got {line[:80]!r}.")
    tags = [word for word in words[1:] if word]
    extensions = dict(word.split("=", 1) for word in tags if word.startswith("X") and "=" in word)
    header: dict[str, str] = {}
    for word in tags:
        if word[0] in header and word[0] != "X":
            raise VideoError(f"{path}: the y4m header must state {word[0]} once, got {word!r} too.")
        header[word[0]] = word[1:]
    return extensions | header


def _ratio(text: str) -> Ratio | None:
    stated = re.fullmatch(r"(\d{1,10}):(\d{1,10})", text)
    return ratio(int(stated[1]), int(stated[2])) if stated else None


def _dimension(header: dict[str, str], tag: str, path: Path) -> int:
    text = header.get(tag, "")
    if not text.isdecimal() or not 0 < int(text) <= 65536:
        raise VideoError(f"{path}: the y4m header must state {tag} as a number of pixels, got {text!r}.")
    return int(text)


def _chroma(tag: str, path: Path) -> tuple[str, int, bool]:
    match = _CHROMA_TAG.fullmatch(tag)
    bit_depth = int(match[2] or 8) if match else 0
    if match is None or bit_depth not in READ_DEPTHS:
        raise VideoError(
            f"{path}: y4m chroma tag C{tag} is not supported; expected 420, 422, 444, 411 or mono"
            f" at {', '.join(map(str, sorted(READ_DEPTHS)))} bits."
        )
    return match[1], bit_depth, match[3] is not None


def _frame_offsets(file: BinaryIO, n_bytes: int, end: int, clip: Clip) -> array[int]:
    path, offsets = clip.path, array("q")
    while (start := file.tell()) < end:
        start += read_frame_line(file, len(offsets), clip)
        if end - start < n_bytes:
            raise VideoError(
                f"{path} is truncated: frame {len(offsets)} has {end - start} of its {n_bytes} bytes."
            )
        offsets.append(start)
        file.seek(start + n_bytes)
    if not offsets:
        raise VideoError(f"{path} holds no frame: the file ends after its y4m header.")
    return offsets
