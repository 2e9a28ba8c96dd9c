# SPDX-License-Identifier: BSD-3-Clause
"""Output files: refused before the work starts, and never seen half-written."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from vmaf_dnn.errors import InvalidArgument


def check_writable(path: Path) -> None:
    """Raise `InvalidArgument` unless a file can be written at `path`; leaves nothing behind."""
    if _is_special(path):
        return
    temporary = _temporary(path)
    try:
        temporary.touch(exist_ok=False)
    except OSError as error:
        raise _refusal(path, error) from error
    temporary.unlink()
    if path.is_dir():
        raise InvalidArgument(f"can't write {path}: it is a folder; name a file in it")


def write_atomically(path: Path, data: str | bytes) -> None:
    """Write `path` whole or not at all: under a temporary name in its folder, then renamed.

    Devices and pipes are written in place. Raises `InvalidArgument` when that fails.
    """
    content = data.encode() if isinstance(data, str) else data
    try:
        if _is_special(path):
            path.write_bytes(content)
        else:
            _write_and_rename(path, content)
    except OSError as error:
        raise _refusal(path, error) from error


def _write_and_rename(path: Path, content: bytes) -> None:
    temporary = _temporary(path)
    try:
        with temporary.open("xb") as file:
            file.write(content)
        os.replace(temporary, path.resolve())
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _temporary(path: Path) -> Path:
    target = path.resolve()  # a link keeps pointing: its target is replaced
    return target.with_name(f".{target.name[:100]}.{os.getpid()}.tmp")


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _refusal(path: Path, error: OSError) -> InvalidArgument:
    return InvalidArgument(
        f"can't write {path}: {error.strerror}; choose a folder that exists and is writable"
    )
