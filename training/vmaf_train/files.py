# SPDX-License-Identifier: BSD-3-Clause
"""JSON files, digests and progress; what is written is whole or absent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import whole_file as whole_file
from vmaf_dnn.files import write_whole

write_bytes = write_whole


def write_json(path: Path, value: object) -> None:
    """Write `value` as indented JSON; NaN and infinity are refused, since JSON has no word for them."""
    write_whole(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object. Raises `InvalidArgument` for a missing file or anything else than an object."""
    try:
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidArgument(f"Can't read {path}: {error.strerror}; check the path.") from error
    except ValueError as error:
        raise InvalidArgument(f"{path} is not JSON: {error}; correct the file.") from error
    except RecursionError:
        raise InvalidArgument(
            f"{path} nests lists and objects too deep to be read; correct the file."
        ) from None
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
    """Ignore what is done: the default works in silence."""
