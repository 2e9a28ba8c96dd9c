# SPDX-License-Identifier: BSD-3-Clause
"""Builds the fuzz targets with clang and runs each: `python -m fuzz --seconds 60`.

What a target finds stays in build/fuzz/found/; its corpus grows in build/fuzz/corpus/.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

from fuzz.python_files import fuzz_files

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "fuzz"
TARGETS = ("onnx_model", "json_files", "kernels", "extractor")
MAX_INPUT_BYTES = 64 << 10


def call(*words: object) -> None:
    result = subprocess.run([str(word) for word in words], cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, words))} failed:\n{result.stdout[-3000:]}{result.stderr[-3000:]}")


def build() -> None:
    call("tools/system-packages", "clang")
    call("cmake", "--preset", "fuzz")
    call("cmake", "--build", "--preset", "fuzz", "--parallel", "2")
    call(sys.executable, "-m", "fuzz.make_seeds", BUILD / "seeds")


def fuzz(target: str, seconds: int, runs: int) -> bool:
    """Run one target; print its figures, or the end of what it said when it failed."""
    corpus, found, seeds = BUILD / "corpus" / target, BUILD / "found", BUILD / "seeds" / target
    for folder in (corpus, found, seeds):
        folder.mkdir(parents=True, exist_ok=True)
    dictionary = seeds.with_suffix(".dict")
    options = {
        **({"dict": dictionary} if dictionary.exists() else {}),
        "artifact_prefix": f"{found}/{target}-",
        "max_total_time": seconds,
        "runs": runs,
        "max_len": MAX_INPUT_BYTES,
        "timeout": 60,  # of the wall clock: a busy machine stalls for seconds
        "rss_limit_mb": 1024,
        "malloc_limit_mb": 256,
        "print_final_stats": 1,
    }
    words = [f"-{name}={value}" for name, value in options.items()]
    command: list[str | Path] = [BUILD / f"fuzz_{target}", *words, corpus, seeds]
    result = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if result.returncode:
        print(f"{target} failed; its input is in {found}\n{result.stderr[-4000:]}")
        return False
    executions = re.search(r"number_of_executed_units: (\d+)", result.stderr)
    coverage = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", result.stderr)
    peak = re.search(r"peak_rss_mb: +(\d+)", result.stderr)
    if executions is None or not coverage or peak is None:
        print(f"{target} told no figures\n{result.stderr[-4000:]}")
        return False
    edges, features, inputs = coverage[-1]
    print(
        f"{target}: {executions[1]} executions, {edges} edges, {features} features,"
        f" {inputs} inputs kept, {peak[1]} MB at most"
    )
    return True


def main() -> int:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="of each target")
    parser.add_argument("--runs", type=int, default=-1, help="executions of each target; default: no limit")
    parser.add_argument("--target", choices=(*TARGETS, "python_files"), action="append")
    options = parser.parse_args()
    build()
    asked = options.target or (*TARGETS, "python_files")
    passed = [fuzz(target, options.seconds, options.runs) for target in asked if target in TARGETS]
    if "python_files" in asked:
        passed.append(fuzz_files(options.seconds, BUILD / "found"))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
