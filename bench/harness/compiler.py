# SPDX-License-Identifier: BSD-3-Clause
"""Builds the bench's own C."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

BUILD = Path(__file__).resolve().parents[2] / "build" / "bench"
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")


def compile_c(source: Path, output: str, *options: str) -> Path:
    """Build a source and put it in place whole, since two runs may do so at once."""
    BUILD.mkdir(parents=True, exist_ok=True)
    target, partial = BUILD / output, BUILD / f"{output}.{os.getpid()}"
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-O2", *WARNINGS, source, "-o", partial, *options], check=True)
    os.replace(partial, target)
    return target
