# SPDX-License-Identifier: BSD-3-Clause
"""Why a pair has no scores, and whether another try may give it some."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass

from vmaf_dnn.errors import RuntimeMissing, ToolMissing, VmafDnnError
from vmaf_dnn.text import legible_cell

WORKER_DIED = "WorkerDied"
_OF_PLACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EROFS)
_WORDS_OF_PLACE = (
    *map(os.strerror, _OF_PLACE),
    *("SIGKILL", "SIGXFSZ", "SIGXCPU"),
    "the temporary folder for ffmpeg's log can't be written",
)
_WORDS_OF_A_MOMENT = (
    "gave nothing",
    "ffmpeg was killed by",
    os.strerror(errno.EIO),
    os.strerror(errno.ESTALE),
)


@dataclass(frozen=True)
class Failure:
    """One failed try.

    Attributes:
        kind: the class of the error: ``"VideoError"``; ``"WorkerDied"`` for a process that went away.
        text: its sentence.
        may_pass: whether the next try may succeed: clips that don't fit together never will, but a worker
            that died, a decoder that stalled, a disk that is full or a file server that didn't answer may.
        is_of_place: whether the cause is the machine that tried, as a full disk is.
    """

    kind: str
    text: str
    may_pass: bool = False
    is_of_place: bool = False

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Judge an error."""
        kind, text = type(error).__name__, legible_cell(" ".join(str(error).split()))
        is_of_place = any(map(_is_of_place, _causes(error)))
        is_of_a_moment = (isinstance(error, OSError) and not isinstance(error, VmafDnnError)) or any(
            words in text for words in _WORDS_OF_A_MOMENT
        )
        return cls(kind, text or kind, is_of_place or is_of_a_moment, is_of_place)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _is_of_place(error: BaseException) -> bool:
    if isinstance(error, (MemoryError, ToolMissing, RuntimeMissing, ModuleNotFoundError)):
        return True
    if isinstance(error, OSError) and error.errno in _OF_PLACE:
        return True
    return any(words in str(error) for words in _WORDS_OF_PLACE)
