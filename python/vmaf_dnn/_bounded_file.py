# SPDX-License-Identifier: BSD-3-Clause
"""Files that others name, read without waiting for a fifo and without filling the memory."""

from __future__ import annotations

import os
import stat
from pathlib import Path


class UnfitFile(Exception):
    """Its text says what is wrong with the file, as the end of a sentence about it."""


def read_bounded(path: Path, max_bytes: int) -> bytes:
    """Read a regular file of at most `max_bytes` bytes; raises `UnfitFile`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnfitFile("is not a regular file")
            document = stream.read(max_bytes + 1)
    except FileNotFoundError:
        raise UnfitFile("does not exist") from None
    except IsADirectoryError:
        raise UnfitFile("is not a regular file") from None
    except OSError as error:
        raise UnfitFile(f"can't be read ({error.strerror})") from error
    if len(document) > max_bytes:
        raise UnfitFile(f"has more than {max_bytes} bytes")
    return document
