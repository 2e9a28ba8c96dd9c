# SPDX-License-Identifier: BSD-3-Clause
"""A clip as the extractors see it, and how far its reading has come."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

from vmaf_dnn.errors import VideoError
from vmaf_dnn.text import legible
from vmaf_dnn.video.stated import Ratio, Stated, ratio

if TYPE_CHECKING:
    from vmaf_dnn.video.once import Once

BIT_DEPTHS = (8, 10, 12, 16)
READ_DEPTHS = (*BIT_DEPTHS, 9, 14)
"""Bits of a sample of clips that are raised to one of `BIT_DEPTHS`, too."""

SUBSAMPLING = {"420": (2, 2), "411": (4, 1), "410": (4, 4), "440": (1, 2), "422": (2, 1), "444": (1, 1)}
"""Layout of chroma -> how many luma samples share one chroma sample, across and down."""

ASSUMED_RATE = 25.0
"""Frames a second of clips that state none, where a time has to be put in frames."""

RAW_VIDEO = "rawvideo"
"""ffmpeg's word for the codec of what holds samples as they are."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/{1,2}([^\s]*)")


@dataclass(frozen=True)
class Progress:
    """Where an extraction stands.

    Attributes:
        n_frames_done: frames measured so far.
        n_frames_total: frames in all; None when no container tells.
        fps: frames a second of the clock.
    """

    n_frames_done: int
    n_frames_total: int | None
    fps: float


@dataclass(frozen=True)
class Clip:
    """One clip, opened far enough to be compared: its geometry and ffmpeg's arguments to read it.

    `frame_offsets`, where in the file each frame's planes begin, is None for what ffmpeg has to decode; then
    a container's duration may give a hint of the length. `chroma` is the layout's name in digits, as "420",
    or "mono". `header` is the first line of a y4m, and `frame_words` what stands beside FRAME, by the number
    of the frame; of a pipe that fills as frames are read.
    """

    path: Path
    width: int
    height: int
    bit_depth: int
    chroma: str
    input_arguments: tuple[str, ...]
    frame_offsets: Sequence[int] | None = None
    n_bytes: int = 0  # of the file, when its frames were counted
    duration_frames: int | None = None
    decoder_version: str = ""  # of the ffmpeg that described it
    stated: Stated = Stated()  # noqa: RUF009 (frozen)
    once: Once | None = None  # where it comes from, if it is read once
    is_sequence: bool = False  # of stills, whose names the path stands for
    filters: tuple[str, ...] = ()  # of ffmpeg, which give the picture that is described
    treated: tuple[str, ...] = ()  # what is done to it before it is compared
    codec: str = RAW_VIDEO  # in ffmpeg's words
    header: bytes = b""
    frame_words: dict[int, bytes] = field(default_factory=dict, compare=False)

    @property
    def size(self) -> str:
        """Width by height, for messages."""
        return f"{self.width}x{self.height}"

    @property
    def display_aspect(self) -> Ratio:
        """Width and height of the picture as it is shown; pixels are square unless the file says."""
        across, down = self.stated.sample_aspect or (1, 1)
        return ratio(self.width * across, self.height * down) or (1, 1)

    @property
    def frame_rate(self) -> float | None:
        """Frames a second, where the file says."""
        return self.stated.frame_rate

    @property
    def chroma_size(self) -> tuple[int, int]:
        """Width and height of each chroma plane; odd sides are rounded up."""
        across, down = SUBSAMPLING[self.chroma]
        return -(-self.width // across), -(-self.height // down)

    @property
    def n_frames(self) -> int | None:
        """How many frames there are, where they were counted."""
        return None if self.frame_offsets is None else len(self.frame_offsets)

    @property
    def n_frames_hint(self) -> int | None:
        """How many frames there are, as far as the headers tell."""
        return self.duration_frames if self.n_frames is None else self.n_frames


def check_there(clip: Clip) -> None:
    """Raise `VideoError` if the file of a clip is no longer what it was when it was described."""
    if not clip.is_sequence:
        regular_file(clip.path)


def regular_file(path: str | os.PathLike[str]) -> Path:
    """`path` if it is a readable, non-empty file; else a `VideoError` that says what is wrong with it."""
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size == 0:
            raise VideoError(f"{path} is empty: it holds no frame.")
    return Path(path)


def open_regular(path: str | os.PathLike[str]) -> BufferedReader:
    """Open a regular file, without waiting for a pipe. Raises `VideoError` if it is none, or unreadable."""
    if not os.fspath(path):
        raise VideoError("the path of a clip is empty; name a file.")
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise VideoError(_unreadable(path, error)) from error
    except ValueError as error:  # of a null byte, which no system takes
        raise VideoError(
            f"{legible(os.fsdecode(path))} is no path: it holds a null byte; name a file."
        ) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise VideoError(f"{path} is not a regular file; a clip is one, or a pipe that is read once.")
    return open(descriptor, "rb")


def _unreadable(path: str | os.PathLike[str], error: OSError) -> str:
    url = _URL.fullmatch(os.fsdecode(path))
    if url and url[1].lower() == "file":
        return f"{path} is a URL; give the path alone, {url[2] or '/'}."
    if url:
        from vmaf_dnn.video.pairing.cures import fetched

        return (
            f"{path} is a URL, and only files of this machine are read; fetch it first ({fetched(url[0])})."
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"{path}: no such file."
    if error.errno == errno.EACCES:
        return f"{path}: permission to read it is denied."
    return f"{path} can't be opened: {error.strerror}."


def file_argument(path: Path) -> str:
    """Spell a path as an ffmpeg input: nothing in it can make it an option, a pattern or another protocol."""
    return f"file:{path.absolute()}"
