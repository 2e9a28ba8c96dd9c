# SPDX-License-Identifier: BSD-3-Clause
"""The page's table of whole runs on clips of ten seconds."""

from __future__ import annotations

from typing import Any

from bench.features.runners import COMMAND, LIBVMAF
from bench.page.tables import table

Record = dict[str, Any]


def whole_run(records: list[Record], runner: str, container: str) -> Record:
    (found,) = [r for r in records if (r["runner"], r["container"]) == (runner, container)]
    return found


def whole_ratio(records: list[Record], container: str) -> float:
    """ffmpeg with libvmaf ÷ vmaf-dnn, whole processes."""
    theirs, ours = (whole_run(records, name, container)["median"] for name in (LIBVMAF, COMMAND))
    return float(theirs / ours)


def idle(records: list[Record], container: str) -> float:
    """Wall clock of vmaf-dnn ÷ what its processor time, decoders' included, takes on as many cores."""
    ours = whole_run(records, COMMAND, container)
    return float(ours["median"] / (ours["cpu"] / ours["threads"]))


def whole_table(results: Record) -> str:
    records = results["whole"]

    def row(container: str) -> list[str]:
        theirs, ours = (whole_run(records, name, container) for name in (LIBVMAF, COMMAND))
        cells = [container, str(ours["threads"])]
        cells += [f"{side['n_frames'] / side['median']:.0f}" for side in (theirs, ours)]
        return [*cells, f"{whole_ratio(records, container):.2f}", f"{idle(records, container):.2f}"]

    headings = [
        "1080p, 8 bit, 250 frames",
        "threads",
        f"frames/s, {LIBVMAF}",
        "frames/s, `vmaf-dnn`",
        "ratio",
    ]
    containers = dict.fromkeys(record["container"] for record in records)
    return table([*headings, "wall clock ÷ (processor time ÷ threads)"], map(row, containers))


TABLES = (whole_table,)
