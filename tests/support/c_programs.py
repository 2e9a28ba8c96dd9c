# SPDX-License-Identifier: BSD-3-Clause
"""Builds the C programs of tests/cc on the installed library, or another, and runs them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import vmaf_dnn

PACKAGE = Path(vmaf_dnn.__file__).parent
LIBRARY = PACKAGE / "libvmaf_dnn.so"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{PACKAGE / 'include'}"]


def run(*command: object, timeout: float = 600, **environment: str) -> str:
    """What the command prints; it must succeed. Variables of ours are not inherited."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("VMAF_")}
    result = subprocess.run(
        [str(word) for word in command],
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return result.stdout


def build_program(source: Path, folder: Path, *options: str, library: Path = PACKAGE) -> Path:
    """Compile as strict C99, against the libvmaf_dnn.so of the folder `library`."""
    program = folder / source.stem
    link = [f"-L{library}", "-lvmaf_dnn", f"-Wl,-rpath,{library}", "-lpthread", "-lm"]
    run("cc", "-std=c99", "-g", *STRICT, *options, source, "-o", program, *link)
    return program
