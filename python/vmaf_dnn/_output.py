# SPDX-License-Identifier: BSD-3-Clause
"""Where the command writes its report; it never replaces a file that the run reads."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import check_writable
from vmaf_dnn.registry import registry_path
from vmaf_dnn.session import Session, SessionInfo

STDOUT = "-"


def check_output(output: str, inputs: Iterable[str]) -> None:
    """Raise `InvalidArgument` unless a report can be written at `output` without replacing an input."""
    check_writable(output)
    for path in inputs:
        if _is_same_file(output, path):
            raise InvalidArgument(f"can't write {output}: this run reads it as {path}; choose another name")


def files_read(sessions: Iterable[Session], registry: str | None) -> list[str]:
    """The registry, and of each model the file opened, its siblings and what pins its digest."""
    infos = [session.info for session in sessions]
    return [str(registry_path(registry)), *(path for info in infos for path in _files_of(info))]


def write_stdout(text: str) -> None:
    """Write a report to stdout as it would be in a file: UTF-8, whatever the locale is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())


def as_json(value: object) -> str:
    """What verbs print with --json: ASCII, so JSON in every locale and of any path."""
    return json.dumps(value, indent=2, default=str)


def _files_of(info: SessionInfo) -> tuple[str, ...]:
    stem = info.path.removesuffix(".onnx").removesuffix(".int8")
    return info.path, info.pinned_by, f"{stem}.onnx", f"{stem}.int8.onnx", f"{stem}.json"


def _is_same_file(one: str, other: str) -> bool:
    with suppress(OSError, ValueError):
        return os.path.samefile(one, other)
    return False
