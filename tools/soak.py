# SPDX-License-Identifier: BSD-3-Clause
"""Builds tests/cc/soak.c on the installed library and runs it: `python -m tools.soak SECONDS OPENS`."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import vmaf_dnn
from tests.support.paths import C_SOURCES

PACKAGE = Path(vmaf_dnn.__file__).parent
SOURCE = C_SOURCES / "soak.c"


@dataclass(frozen=True)
class Figures:
    """What a soak measured: the growth of resident memory over the threads' work and over the cycles."""

    n_opens: int
    threads_grown_kb: int
    n_cycles: int
    cycles_grown_kb: int
    n_descriptors_left: int


def soak(seconds: int, n_cycles: int) -> Figures:
    """Raise `CalledProcessError` when a score changed or an open failed."""
    models = [model.id for model in vmaf_dnn.models(vmaf_dnn.registry_path())]
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "soak"
        options = ["-std=gnu99", "-O1", f"-I{PACKAGE / 'include'}", f"-Wl,-rpath,{PACKAGE}", "-lpthread"]
        subprocess.run(["cc", SOURCE, PACKAGE / "libvmaf_dnn.so", *options, "-o", program], check=True)
        words: list[str | Path] = [program, str(seconds), str(n_cycles), *models]
        said = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Figures(*map(int, re.findall(r"-?\d+", said)))


if __name__ == "__main__":
    print(soak(int(sys.argv[1]), int(sys.argv[2])))
