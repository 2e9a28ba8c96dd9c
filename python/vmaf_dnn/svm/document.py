# SPDX-License-Identifier: BSD-3-Clause
"""A model file's bytes and the JSON object in them, read once and strictly."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from vmaf_dnn.errors import ModelNotFound, ModelRejected
from vmaf_dnn.svm.faults import Malformed, refuse, shown

MAX_BYTES = 16 << 20
"""What a model file may have; libvmaf's largest has half a million."""


def read_bytes(path: Path) -> bytes:
    """Read a regular file of at most `MAX_BYTES`; raises `ModelNotFound` or `ModelRejected`."""
    try:
        with open(path, "rb", opener=_open) as file:
            is_regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            data = file.read(MAX_BYTES + 1) if is_regular else b""
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise ModelNotFound(f"there is no model file {path}; check the path.") from error
    except OSError as error:
        raise ModelRejected(f"can't read the model file {path}: {error.strerror}; check the path.") from error
    if not is_regular:
        raise ModelRejected(f"{path} is not a regular file; give libvmaf's .json of a model.")
    if len(data) > MAX_BYTES:
        raise ModelRejected(
            f"{path} has more than {MAX_BYTES >> 20} MiB, the most a model may have; train a smaller one."
        )
    return data


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe would wait for a writer


def sha256_of(data: bytes) -> str:
    """Lower-case hex sha256."""
    return hashlib.sha256(data).hexdigest()


def parse_object(data: bytes) -> dict[str, Any]:
    """Return the JSON object in `data`, with no name stated twice; raises `Malformed`."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except Malformed:
        raise
    except ValueError as error:
        raise Malformed(f"it is not JSON in UTF-8 ({error})") from error
    except RecursionError as error:
        raise Malformed("its JSON is nested too deeply") from error
    if not isinstance(value, dict):
        refuse("its JSON", value, "an object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise Malformed(f"it states {shown(twice)} twice in one object")
    return fields


def _no_constant(word: str) -> NoReturn:
    raise Malformed(f"it holds {word}, which is no number of JSON")
