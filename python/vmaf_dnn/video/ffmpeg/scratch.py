# SPDX-License-Identifier: BSD-3-Clause
"""A temporary folder for what ffmpeg writes beside its output, and the words for one that is full."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from vmaf_dnn.errors import VideoError
from vmaf_dnn.files import undone

_ROOM = 1 << 12
_CURES = {
    errno.ENOENT: "let it be while clips are read, or name another as TMPDIR",
    errno.EACCES: "name another as TMPDIR",
    errno.EMFILE: "close files that are not needed, or raise their limit (ulimit -n)",
}


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Yield a folder that only we may enter and that is gone afterwards. Raises `OSError`."""
    folder = Path(tempfile.gettempdir(), f"vmaf-dnn-{os.urandom(8).hex()}")
    with undone(lambda: shutil.rmtree(folder, ignore_errors=True)):
        folder.mkdir(mode=0o700)
        yield folder


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a folder that is gone afterwards.

    Raises `VideoError` where there can be none, or where it filled up or went: ffmpeg does not tell, and a
    log that is cut hides errors.
    """
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(temporary_folder())
        except OSError as error:
            raise _unfit(error) from error
        try:
            yield folder
        except (VideoError, OSError):
            _check_room(folder)
            raise
        _check_room(folder)


def _check_room(folder: Path) -> None:
    try:
        (folder / "room").write_bytes(bytes(_ROOM))
    except OSError as error:
        raise _unfit(error) from error


def _unfit(error: OSError) -> VideoError:
    cure = _CURES.get(error.errno or 0, "free some space there, or name another as TMPDIR")
    return VideoError(f"the temporary folder for ffmpeg's log can't be written ({error.strerror}); {cure}.")
