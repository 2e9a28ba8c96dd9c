# SPDX-License-Identifier: BSD-3-Clause
"""One call, in a process of its own: `python -m vmaf_dnn.mcp.child`, which the server starts and ends.

It reads one line of JSON, ``{"tool", "arguments", "folder"}``, and writes lines with one member each:
``progress``, then ``answer`` or ``error``. When its standard input ends, the server is gone: so does it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vmaf_dnn.cli.process import Interrupted, unwinding_on_signals
from vmaf_dnn.errors import VmafDnnError
from vmaf_dnn.mcp.allowed import Allowed
from vmaf_dnn.mcp.desk import Desk
from vmaf_dnn.mcp.tools.table import TOOLS

_MOST_REQUEST_BYTES = 1 << 20
_PROGRESS_EVERY_S = 0.2

Say = Callable[[str, Any], None]


def main() -> int:
    """Do what standard input asks for."""
    say = _claimed_stdout()
    request = json.loads(sys.stdin.buffer.readline(_MOST_REQUEST_BYTES))
    folder = Path(request["folder"])
    try:
        with unwinding_on_signals(), _scratch(folder):
            threading.Thread(target=_end_with_server, daemon=True).start()
            desk = Desk(Allowed.of(os.environ), folder, _throttled(say))
            say(*_worked(desk, request["tool"], request["arguments"]))
    except Interrupted as interrupted:
        return 128 + interrupted.signum
    return 0


def _worked(desk: Desk, name: str, arguments: dict[str, Any]) -> tuple[str, Any]:
    tool = TOOLS[name]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            answer = tool.work(tool.arguments.model_validate(arguments), desk)
        except VmafDnnError as error:
            return "error", desk.spelt(str(error))
    told = [desk.spelt(str(warning.message)) for warning in caught]
    answer.result.warnings += dict.fromkeys(told)
    return "answer", answer.as_dict()


def _claimed_stdout() -> Say:
    """Keep standard output for what is said here; what libraries print goes to standard error."""
    stream = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)

    def say(member: str, value: Any) -> None:
        stream.write(json.dumps({member: value}, allow_nan=False) + "\n")
        stream.flush()

    return say


def _throttled(say: Say) -> Callable[[int, int | None], None]:
    last_s = 0.0

    def progress(n_done: int, n_total: int | None) -> None:
        nonlocal last_s
        if time.monotonic() - last_s >= _PROGRESS_EVERY_S or n_done == n_total:
            last_s = time.monotonic()
            say("progress", [n_done, n_total])

    return progress


@contextmanager
def _scratch(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700)
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _end_with_server() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
