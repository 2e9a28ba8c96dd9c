# SPDX-License-Identifier: BSD-3-Clause
"""A process that times the package of one revision, case by case."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
N_ROUNDS = 5


class Side:
    """Times the package in a folder, or the installed one, by a module that answers a line for each case."""

    def __init__(self, module: str, site: Path | None) -> None:
        paths = {"PYTHONPATH": str(site)} if site else {}
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", **paths}
        command = [sys.executable, "-m", module]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=PROJECT, env=environment, **pipes)
        where = self.answer()
        assert site is None or Path(where).is_relative_to(site), f"timed {where}, not {site}"

    def answer(self) -> Any:
        line = self.process.stdout.readline() if self.process.stdout else ""
        assert line, "a timing process ended early; its own words are above"
        return json.loads(line)

    def time(self, case: Any) -> Any:
        assert self.process.stdin
        print(json.dumps(case), file=self.process.stdin, flush=True)
        return self.answer()

    def close(self) -> None:
        self.process.communicate()


@dataclass(frozen=True)
class Pair:
    """Another revision and this tree; they take turns."""

    base: Side
    head: Side

    @classmethod
    def of(cls, module: str, site: Path) -> Pair:
        return cls(Side(module, site), Side(module, None))

    def cells(self, case: Any, unit: float) -> list[str]:
        """Times of both, their ratio, and how far their answers are apart."""
        turns = [(self.base.time(case), self.head.time(case)) for _ in range(N_ROUNDS)]
        ours = statistics.median(turn[1]["seconds"] for turn in turns) / unit
        if turns[0][0] is None:
            return ["can't do it", f"{ours:.2f}", "", ""]
        theirs = statistics.median(turn[0]["seconds"] for turn in turns) / unit
        answers = zip(*(side["answer"] for side in turns[0]), strict=True)
        difference = max(abs(a - b) for a, b in answers)
        return [f"{theirs:.2f}", f"{ours:.2f}", f"{theirs / ours:.2f}", f"{difference:.2g}"]

    def close(self) -> None:
        self.base.close()
        self.head.close()
