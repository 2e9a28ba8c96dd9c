# SPDX-License-Identifier: BSD-3-Clause
"""The `vmaf-dnn` command: parse, run one command, and turn every failure into one line and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn, cast

from vmaf_dnn._arguments import build_parser, parse
from vmaf_dnn._commands import run_command
from vmaf_dnn.errors import VmafDnnError

EXIT_FAILURE = 1
EXIT_INTERRUPTED = 128 + signal.SIGINT
EXIT_BROKEN_PIPE = 128 + signal.SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: the process's) and return its exit code."""
    parser = build_parser()
    try:
        with _ends_on_sigterm(), _warnings_in_one_line():
            run_command(parser, parse(parser, sys.argv[1:] if argv is None else argv))
            sys.stdout.flush()
    except VmafDnnError as error:
        return _fail(str(error))
    except BrokenPipeError:
        return _close_stdout()
    except OSError as error:
        return _fail(f"{error.filename or 'output'}: {error.strerror}")
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return 0


def _fail(sentence: str) -> int:
    print(f"vmaf-dnn: error: {_one_line(sentence)}", file=sys.stderr)
    return EXIT_FAILURE


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _close_stdout() -> int:
    """The reader has gone: leave without the interpreter's complaint about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_BROKEN_PIPE


@contextmanager
def _ends_on_sigterm() -> Iterator[None]:
    """SIGTERM unwinds the stack, so that ffmpeg is killed and temporary folders go."""

    def leave(signum: int, frame: FrameType | None) -> NoReturn:
        sys.exit(128 + signum)

    previous = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


@contextmanager
def _warnings_in_one_line() -> Iterator[None]:
    def show(message: Warning | str, *_: object, **__: object) -> None:
        print(f"vmaf-dnn: warning: {_one_line(str(message))}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.showwarning = cast(Any, show)
        yield
