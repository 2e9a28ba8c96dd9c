# SPDX-License-Identifier: BSD-3-Clause
"""The page's tables of features and of whole scoring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.features.kernels import KERNELS, MULTIPLY_ADDS
from bench.features.runners import COMMAND, FEATURES, ISAS, LIBVMAF, LIBVMAF_AVX2, READING
from bench.features.turns import MANY
from bench.page.ratios import GOAL_CASE, command_ratio, features_ratio, find, libvmaf_alone
from bench.page.tables import table

Record = dict[str, Any]


def cases_of(records: list[Record]) -> list[Record]:
    """Size, depth and threads of every case, in the order of the run."""
    names = ("height", "bit_depth", "threads")
    keys = dict.fromkeys(tuple(record[name] for name in names) for record in records)
    return [dict(zip(names, key, strict=True)) for key in keys]


def words(case: Record) -> list[str]:
    return [f"{case['height']}p, {case['bit_depth']} bit", str(case["threads"])]


def ms_a_frame(record: Record, key: str) -> str:
    return f"{record[key] / record['n_frames'] * 1e3:.1f}"


def time_table(records: list[Record], key: str) -> str:
    """Milliseconds a frame beside the ratios; key: median (of the wall clock) or cpu."""

    def row(case: Record) -> list[str]:
        def ms(runner: str, n: int = 1) -> str:
            return ms_a_frame(find(records, runner, n, **case), key)

        cells = [*words(case), ms(LIBVMAF), ms(READING)]
        for n in (1, MANY):
            cells += [ms(FEATURES, n), f"{features_ratio(records, n, key=key, **case):.2f}"]
        for n in (1, MANY):
            cells += [ms(COMMAND, n), f"{command_ratio(records, n, key, **case):.2f}"]
        return cells

    headings = ["clips", "threads", LIBVMAF, READING]
    for what in ("features", "`vmaf-dnn`"):
        headings += [what, "ratio", f"{what}, {MANY} distorted", "ratio"]
    return table(headings, map(row, cases_of(records)))


def features_table(results: Record) -> str:
    return time_table(results["features"], "median")


def features_cpu_table(results: Record) -> str:
    return time_table(results["features"], "cpu")


ISA_HEADINGS = ["`VMAF_DNN_ISA`", "ms a frame", "libvmaf ÷ ours", "libvmaf without AVX-512 ÷ ours"]


def isa_cells(records: list[Record], isa: str, ratio: Callable[..., float], restricted: str) -> list[str]:
    """Beside libvmaf as it comes, and restricted where this run could restrict it."""
    cells = [ms_a_frame(find(records, isa), "median"), f"{ratio(records, runner=isa):.2f}"]
    is_known = any(record["runner"] == restricted for record in records)
    return [*cells, f"{ratio(records, runner=isa, peer=restricted):.2f}" if is_known else ""]


def feature_isas_table(results: Record) -> str:
    records = results["features"]
    present = [isa for isa in ISAS if any(record["runner"] == isa for record in records)]
    rows = [[isa, *isa_cells(records, isa, features_ratio, LIBVMAF_AVX2)] for isa in present]
    return table(ISA_HEADINGS, rows)


def feature_kernels_table(results: Record) -> str:
    """The share is that of the least work at the peak; libvmaf's time is known for all three together."""
    of_isas = results["feature_kernels"]

    def cells(names: tuple[str, ...]) -> list[str]:
        theirs, least = (sum(MULTIPLY_ADDS[name][i] for name in names) for i in (0, 1))
        found = [str(theirs), str(least)]
        for record in of_isas:
            cycles = sum(record["cycles"][name] for name in names)
            found += [f"{cycles:.2f}", f"{least / record['peak'] / cycles:.0%}"]
        return found

    record = find(results["features"], LIBVMAF)
    seconds = libvmaf_alone(results["features"]) / record["n_frames"]
    libvmaf_cycles = seconds * of_isas[-1]["clock"] / (1920 * record["height"])
    rows = [[name, *cells((name,)), ""] for name in KERNELS]
    rows.append(["all", *cells(KERNELS), f"{libvmaf_cycles:.2f}"])
    headings = ["", "multiply-adds a pixel, libvmaf", "least"]
    for record in of_isas:
        headings += [f"{record['isa']}, cycles a pixel", "share of peak"]
    return table([*headings, "libvmaf, cycles a pixel"], rows)


def feature_memory_table(results: Record) -> str:
    records = results["features"]

    def row(case: Record) -> list[str]:
        found = [find(records, *who, **case) for who in ((COMMAND, 1), (COMMAND, MANY), (LIBVMAF, 1))]
        peaks = [f"{record['peak_mib']:.0f}" for record in found]
        return [*words(case), *peaks, *(f"{record['bytes_read'] / 1e6:.0f}" for record in found)]

    headings = ["clips", "threads"]
    for what in ("MiB", "MB read"):
        headings += [f"{what}, `vmaf-dnn`", f"{MANY} distorted", f"{what}, {LIBVMAF}"]
    return table(headings, map(row, cases_of(records)))


def disturbed(results: Record) -> str:
    """A warning, where a thread that had a core for itself did not get all of it."""
    alone = [r for r in results["features"] if r["threads"] == GOAL_CASE["threads"]]
    n_cases = sum(record["median"] > 1.1 * record["cpu"] for record in alone)
    if not n_cases:
        return "In this run the core of one thread was its own throughout."
    return f"In this run {n_cases} of {len(alone)} medians of one thread are of a core that was taken away."


TABLES = (
    features_table,
    features_cpu_table,
    feature_isas_table,
    feature_kernels_table,
    feature_memory_table,
)
