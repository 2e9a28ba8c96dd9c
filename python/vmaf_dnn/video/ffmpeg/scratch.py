# SPDX-License-Identifier: BSD-3-Clause
"""A temporary folder for what ffmpeg writes beside its output, and the words for one that is full."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vmaf_dnn.errors import VideoError

_ROOM = 1 << 12


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a folder that is gone afterwards.

    Raises `VideoError` where there can be none, or where it filled up: ffmpeg does not tell, and a log
    that is cut hides errors.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="vmaf-dnn-")
    except OSError as error:
        raise _unfit(error) from error
    with folder:
        try:
            yield Path(folder.name)
        except VideoError:
            _check_room(Path(folder.name))
            raise
        _check_room(Path(folder.name))


def _check_room(folder: Path) -> None:
    try:
        (folder / "room").write_bytes(bytes(_ROOM))
    except OSError as error:
        raise _unfit(error) from error


def _unfit(error: OSError) -> VideoError:
    return VideoError(
        f"the temporary folder for ffmpeg's log can't be written ({error.strerror}); free some space there,"
        " or name another as TMPDIR."
    )
