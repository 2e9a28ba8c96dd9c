# SPDX-License-Identifier: BSD-3-Clause
"""Times every model that takes no rows, in fp32 and int8, by our session and by onnxruntime, one thread.

Prints a table; with --write it goes between the marks of a page. Where int8 is slower, it says so, and what
`precision="auto"` runs: what the registry states.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.harness.measure import Call
from bench.kinds.cases import Case, Precision, cases

_Runner = tuple[str, Precision]
_TURN_S = 0.01
_FEWEST = 3  # turns
_NOISE = 1.05

_HEAD = (
    "model",
    "size",
    "fp32, ms",
    "int8, ms",
    "int8 to fp32",
    "fp32, onnxruntime",
    "int8, onnxruntime",
    "`auto` runs",
)
_MARKS = re.compile(r"(<!-- begin: kinds -->\n).*?(<!-- end: kinds -->)", re.DOTALL)


def main() -> None:
    """Measure, then print or write."""
    parser = argparse.ArgumentParser(prog="python -m bench.kinds", description=__doc__)
    parser.add_argument("--registry", help="the registry.json to time (default: all that are found)")
    parser.add_argument("--seconds", type=float, default=10, help="a case at most; default: %(default)s")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="a page with <!-- begin: kinds -->")
    arguments = parser.parse_args()
    rows = [_row(case, arguments.seconds) for case in cases(arguments.registry)]
    text = "\n".join(_table(rows))
    if arguments.write is None:
        print(text)
    else:
        page = arguments.write.read_text()
        arguments.write.write_text(_MARKS.sub(lambda marks: f"{marks[1]}{text}\n{marks[2]}", page))


def _row(case: Case, seconds: float) -> tuple[str, ...]:
    calls = case.calls()
    found = _times_ms(calls, seconds)
    fp32, int8 = found["vmaf_dnn", "fp32"], found.get(("vmaf_dnn", "int8"))
    ratio = "-" if int8 is None else f"{int8 / fp32:.2f}" + (", slower" if int8 > _NOISE * fp32 else "")
    theirs = [_ms(found.get(("onnxruntime", precision))) for precision in ("fp32", "int8")]
    runs = "fp32" if case.model.quant_mode == "fp32" else "int8"
    return f"`{case.model.id}`", case.size, _ms(fp32), _ms(int8), ratio, *theirs, runs


def _times_ms(calls: dict[_Runner, Call], seconds: float) -> dict[_Runner, float]:
    """Milliseconds of the processor a call, median of turns: a call of seconds finds no quiet core."""
    counts = {key: max(1, round(_TURN_S / _spent_s(call, 1))) for key, call in calls.items()}
    turns: dict[_Runner, list[float]] = {key: [] for key in calls}
    deadline = time.monotonic() + seconds
    while min(map(len, turns.values())) < _FEWEST or time.monotonic() < deadline:
        for key, call in calls.items():
            turns[key].append(_spent_s(call, counts[key]) / counts[key])
    return {key: 1e3 * statistics.median(spent) for key, spent in turns.items()}


def _spent_s(call: Call, n_calls: int) -> float:
    before = time.process_time()
    for _ in range(n_calls):
        call.function(*call.arguments)
    return time.process_time() - before


def _ms(milliseconds: float | None) -> str:
    return "-" if milliseconds is None else f"{milliseconds:.3g}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in (_HEAD, ("---", "---", *["---:"] * 5, "---"), *rows):
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    main()
