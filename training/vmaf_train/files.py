# SPDX-License-Identifier: BSD-3-Clause
"""Files that are either whole or absent, and their digests."""

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vmaf_dnn.errors import InvalidArgument


def require_folder(path: Path) -> None:
    """Raises `InvalidArgument` if `path` can't be written for want of its folder: ask before long work."""
    if not path.parent.is_dir():
        raise InvalidArgument(f"Can't write {path}: there is no folder {path.parent}; create it first.")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yields a temporary path in the folder of `path`; renames it to `path` when the block succeeds.

    A failure or a kill leaves `path` as it was. Raises `InvalidArgument` if the folder does not exist.
    """
    require_folder(path)
    # The name must end as the final one does: writers such as ONNX Runtime's look at the suffix.
    temporary = path.with_name(f".{secrets.token_hex(4)}-{path.name}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Writes `data` as the whole of `path`."""
    with whole_file(path) as temporary:
        temporary.write_bytes(data)


def write_json(path: Path, value: object) -> None:
    """Writes `value` as indented JSON; NaN and infinity are refused, since JSON has no word for them."""
    write_bytes(path, (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode())


def read_json(path: Path) -> dict[str, Any]:
    """Reads a JSON object. Raises `InvalidArgument` for a missing file or anything else than an object."""
    try:
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidArgument(f"Can't read {path}: {error.strerror}; check the path.") from error
    except ValueError as error:
        raise InvalidArgument(f"{path} is not JSON: {error}; correct the file.") from error
    if not isinstance(value, dict):
        raise InvalidArgument(f"{path} holds a JSON {type(value).__name__}, expected an object.")
    return value


def sha256_of(path: Path) -> str:
    """Lower-case hex sha256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


Progress = Callable[[int, int], None]
"""Called with (n_done, n_total) by everything that takes longer than a second."""


def no_progress(_n_done: int, _n_total: int) -> None:
    """The default: work in silence."""
