# SPDX-License-Identifier: BSD-3-Clause
"""The most memory that a program has had, measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys

# getrusage's peak is never below that of the process which started this one.
_TELL = """
import re
from pathlib import Path

print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def peak_mib(program: str, *words: object) -> float:
    """Run `program`, Python, with `words` as its arguments; the peak of its resident memory."""
    command = [sys.executable, "-c", program + _TELL, *map(str, words)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return int(done.stdout.split()[-1]) / 1024
