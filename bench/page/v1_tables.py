# SPDX-License-Identifier: BSD-3-Clause
"""The page's tables of VMAF v1."""

from __future__ import annotations

from typing import Any

from bench.features import v1
from bench.features.runners import ISAS, READING
from bench.features.turns import MANY
from bench.page.feature_tables import ISA_HEADINGS, cases_of, isa_cells, ms_a_frame, words
from bench.page.ratios import find
from bench.page.tables import table

Record = dict[str, Any]


def v1_ratio(
    records: list[Record],
    runner: str = v1.OURS,
    n_distorted: int = 1,
    key: str = "median",
    peer: str = v1.LIBVMAF,
    **facts: Any,
) -> float:
    """libvmaf without reading, a run for each distorted clip ÷ one call of ours, reading and all."""
    alone = find(records, peer, **facts)[key] - find(records, READING, **facts)[key]
    return float(n_distorted * alone / find(records, runner, n_distorted, **facts)[key])


def shared(records: list[Record], key: str = "median", **facts: Any) -> float:
    """v0.6.1 and v1 in one call ÷ the sum of a call for each."""
    both, *each = (find(records, name, **facts)[key] for name in (v1.OURS_BOTH, v1.OURS_V0, v1.OURS))
    return float(both / sum(each))


def feature_ratio(records: list[Record], feature: str, key: str = "low", **facts: Any) -> float:
    """libvmaf with the feature several times more, less libvmaf, for each ÷ ours of frames in memory."""
    more = find(records, f"{feature}, libvmaf", **facts)[key] - find(records, v1.LIBVMAF, **facts)[key]
    return float(more / len(v1.OTHERS) / find(records, f"{feature}, ours", **facts)[key])


def v1_table(results: Record) -> str:
    records = results["v1"]

    def row(case: Record) -> list[str]:
        def ms(runner: str, n: int = 1) -> str:
            return ms_a_frame(find(records, runner, n, **case), "median")

        cells = [*words(case), ms(v1.LIBVMAF), ms(READING)]
        for n in (1, MANY):
            cells += [ms(v1.OURS, n), f"{v1_ratio(records, n_distorted=n, **case):.2f}"]
        return [*cells, ms(v1.OURS_BOTH), f"{shared(records, **case):.2f}"]

    headings = ["clips", "threads", "libvmaf", READING, "vmaf_dnn", "ratio", f"{MANY} distorted", "ratio"]
    return table([*headings, "with v0.6.1", "÷ sum of both"], map(row, cases_of(records)))


def v1_features_table(results: Record) -> str:
    records = results["v1"]
    rows = []
    for feature in v1.FEATURES:
        cells = [feature]
        for bit_depth in (8, 10):
            facts: Record = {"bit_depth": bit_depth}
            ours = find(records, f"{feature}, ours", **facts)
            cells += [ms_a_frame(ours, "low"), f"{feature_ratio(records, feature, **facts):.1f}"]
        rows.append(cells)
    return table(["1080p", "8 bit, ms a frame", "ratio", "10 bit, ms a frame", "ratio"], rows)


def v1_isas_table(results: Record) -> str:
    records = results["v1"]
    present = [isa for isa in ISAS if any(record["runner"] == isa for record in records)]
    rows = [[isa, *isa_cells(records, isa, v1_ratio, v1.LIBVMAF_AVX2)] for isa in present]
    return table(ISA_HEADINGS, rows)


TABLES = (v1_table, v1_features_table, v1_isas_table)
