# SPDX-License-Identifier: BSD-3-Clause
"""How to build C and C++ programs on this package: ``python -m vmaf_dnn.config``.

>>> main(["--cflags"])  # doctest: +ELLIPSIS
-I.../vmaf_dnn/include
0
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
LINES = {
    "cflags": ("options for the compiler", f"-I{PACKAGE / 'include'}"),
    "libs": ("options for the linker", f"-L{PACKAGE} -lvmaf_dnn -Wl,-rpath,{PACKAGE}"),
    "cmakedir": ("the folder for -Dvmaf_dnn_DIR= of CMake", str(PACKAGE / "cmake")),
    "pkgconfigdir": ("the folder for PKG_CONFIG_PATH", str(PACKAGE / "pkgconfig")),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what the flags ask for, one line each, in the order of the help."""
    parser = argparse.ArgumentParser(
        prog="python -m vmaf_dnn.config", description="How to build C programs on vmaf_dnn."
    )
    for name, (meaning, _) in LINES.items():
        parser.add_argument(f"--{name}", action="store_true", help=f"print {meaning}")
    wanted = vars(parser.parse_args(arguments))
    if not any(wanted.values()):
        parser.error(f"nothing was asked for; give one of {', '.join('--' + name for name in LINES)}")
    for name, (_, line) in LINES.items():
        if wanted[name]:
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
