# SPDX-License-Identifier: BSD-3-Clause
"""The `vmaf-dnn` command: run it, and turn every failure into one line and an exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, cast

from vmaf_dnn.cli.process import Interrupted, Leave, discard, failure, prepare_streams, unwinding_on_signals
from vmaf_dnn.errors import VmafDnnError
from vmaf_dnn.text import without_controls

EXIT_FAILURE = 1
EXIT_BROKEN_PIPE = 128 + signal.SIGPIPE
DEBUG_VARIABLE = "VMAF_DNN_DEBUG"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: the process's) and return its exit code."""
    prepare_streams()
    try:
        with unwinding_on_signals() as leave:
            return _exit_code(argv, leave)
    except Interrupted as interrupted:
        return 128 + interrupted.signum


def _exit_code(argv: Sequence[str] | None, leave: Leave) -> int:
    try:
        with leave.undisguised():
            _run(argv)
    except VmafDnnError as error:
        code = getattr(error, "exit_code", EXIT_FAILURE)
        return _fail(*map(str, getattr(error, "errors", [error])), code=code)
    except BrokenPipeError:
        discard(sys.stdout)
        return EXIT_BROKEN_PIPE
    except OSError as error:
        sentence = failure(error)
        discard(sys.stdout)
        return _fail(sentence)
    except Exception as error:
        return _fail_internally(error)
    return 0


def _run(argv: Sequence[str] | None) -> None:
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # NumPy's threads start slowly, and nothing here uses them
    # Imported here, where a signal or a failure during the import is handled like any other.
    with _without_collection() if argv is None else nullcontext():
        from vmaf_dnn.cli.command import run_command

    with _warnings_in_one_line():
        try:
            run_command(sys.argv[1:] if argv is None else argv)
        finally:
            sys.stdout.flush()  # --help ends here too, with SystemExit


@contextmanager
def _without_collection() -> Iterator[None]:
    """Import without a look for garbage, then and at exit: modules stay. It is a seventh of a short run."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
    gc.freeze()


def _fail(*sentences: str, code: int = EXIT_FAILURE) -> int:
    for sentence in sentences:
        _say(f"vmaf-dnn: error: {sentence}")
    return code


def _fail_internally(error: Exception) -> int:
    if os.environ.get(DEBUG_VARIABLE):
        import traceback

        traceback.print_exc()
    what = f"internal error: {type(error).__name__}: {error}"
    return _fail(f"{what} (please report; set {DEBUG_VARIABLE}=1 for the traceback)")


def _say(text: str) -> None:
    try:
        print(without_controls(" ".join(text.split())), file=sys.stderr, flush=True)
    except OSError:
        discard(sys.stderr)


@contextmanager
def _warnings_in_one_line() -> Iterator[None]:
    def show(message: Warning | str, *_: object, **__: object) -> None:
        _say(f"vmaf-dnn: warning: {message}")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.showwarning = cast(Any, show)
        yield
