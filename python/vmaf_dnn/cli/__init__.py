# SPDX-License-Identifier: BSD-3-Clause
"""The `vmaf-dnn` command."""

from __future__ import annotations

TYPE_CHECKING = False  # not of typing, which takes its time to import
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_INTERRUPTED = 130  # 128 + SIGINT


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: the process's) and return its exit code.

    All else is imported here, where Ctrl-C is quiet. In the first hundredths of a second, while Python itself
    starts and imports `vmaf_dnn`, one still ends the process with Python's traceback.
    """
    try:
        from vmaf_dnn.cli.run import main as run

        return run(argv)
    except KeyboardInterrupt:  # before signals are handled
        return _INTERRUPTED
