# SPDX-License-Identifier: BSD-3-Clause
"""What a person at a terminal sees; rich is imported only when one looks."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vmaf_dnn.report import SVM_METRIC, Report
from vmaf_dnn.report.statistics import LIBVMAFS
from vmaf_dnn.text import legible_cell, shortened
from vmaf_dnn.video.clip import Progress

if TYPE_CHECKING:
    from vmaf_dnn.demo.encodes import ScoredEncode

_N_EDGES, _N_BETWEEN = 2, 2  # characters beside the table, and between two columns
_N_LEAST = 12  # of a name
_CLIPS_HEADER = ("distorted", "bytes", "frames", "score")


@contextmanager
def frame_progress(quiet: bool, doing: str = "scoring") -> Iterator[Callable[[Progress], None] | None]:
    """Yield a bar on stderr that counts frames; None when there is no one to see it."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("frames  {task.fields[fps]:.0f} fps"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=None, fps=0.0)

        def show(progress: Progress) -> None:
            bar.update(
                task, completed=progress.n_frames_done, total=progress.n_frames_total, fps=progress.fps
            )

        yield show


def print_summary(report: Report, note: str = "") -> None:
    """Print the clip's scores as a small table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    poolings = _poolings(report)
    table.add_column("score")
    for pooling in poolings:
        table.add_column(_heading(pooling), justify="right")
    for name in report.scores:
        table.add_row(name, *(f"{report.pooled(pooling, name):.3f}" for pooling in poolings))
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{len(report.frame_numbers)} frames, {report.width}x{report.height}", style="dim")
    if note:
        console.print(note, style="dim", markup=False)


def _poolings(report: Report) -> list[str]:
    """Return the headline's pooling, then those of libvmaf that are others."""
    return list(dict.fromkeys((report.pool, *LIBVMAFS)))


def _heading(pooling: str) -> str:
    return "harmonic" if pooling == "harmonic_mean" else pooling


def print_scores(report: Report) -> None:
    """Print the clip's scores: a small table for a person, a line each for a pipe."""
    if sys.stdout.isatty():
        print_summary(report)
        return
    for name, value in report.scores.items():
        print(f"{name}: {value:.6f}")


def print_clips(clips: Sequence[str], reports: Sequence[Report]) -> None:
    """Print a row for each score of each clip; a name too long for the terminal loses its middle.

    Bit rates, where they were measured, stand in the last column, and on a terminal instead of the bytes.
    """
    n_decimals = 3 if sys.stdout.isatty() else 6
    cells = [legible_cell(clip) for clip in clips]
    poolings = _poolings(reports[0])
    header = (*_CLIPS_HEADER, *map(_heading, poolings))
    rows = [
        (
            cell,
            str(os.path.getsize(clip)) if Path(clip).is_file() else "-",
            str(len(report.frame_numbers)),
            name,
            *(f"{report.pooled(pooling, name):.{n_decimals}f}" for pooling in poolings),
        )
        for cell, clip, report in zip(cells, clips, reports, strict=True)
        for name in report.scores
    ]
    rates = [_rate_cell(report) for report in reports for _ in report.scores]
    if any(rates):
        header, *rows = (
            (*row, rate) if not sys.stdout.isatty() else (row[0], rate, *row[2:])
            for row, rate in zip((header, *rows), ("kbit/s", *rates), strict=True)
        )
    if sys.stdout.isatty():
        rows = _fitting(header, rows)
    print_table(header, rows)


def _rate_cell(report: Report) -> str:
    rate = report.clips.distorted_states.get("kbit_per_s") if report.clips else None
    return "" if rate is None else f"{rate:.3f}"


def _fitting(header: Sequence[str], rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the rows with their first cell cut so that each fits a line; numbers are never cut."""
    import shutil

    n_columns = shutil.get_terminal_size().columns
    columns = list(zip(header, *rows, strict=True))
    n_others = sum(max(map(len, column)) + _N_BETWEEN for column in columns[1:])
    n_left = max(n_columns - _N_EDGES - n_others, _N_LEAST)
    return [(shortened(name, n_left), *cells) for name, *cells in rows]


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table for a person, or tab-separated lines for a pipe."""
    if not sys.stdout.isatty():
        for row in (header, *rows):
            print("\t".join(row))
        return
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*header, box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for row in rows:
        table.add_row(*map(escape, row))
    Console(highlight=False).print(table)


def print_checks(header: Sequence[str], rows: Sequence[Sequence[str]], faults: Sequence[str]) -> None:
    """Print a dense table that fits 80 columns, and the sentences below it."""
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*header, box=box.SIMPLE_HEAD, pad_edge=False, padding=0)
    for row in rows:
        table.add_row(*(f"[red]{word}[/]" if word == "FAILED" else escape(word) for word in row))
    console = Console(highlight=False)
    console.print(table)
    for fault in faults:
        console.print(fault, markup=False, soft_wrap=True)


def print_fields(fields: dict[str, Any]) -> None:
    """One ``name: value`` a line, the names aligned for a person."""
    width = max(map(len, fields)) + 1 if sys.stdout.isatty() else 0
    for name, value in fields.items():
        words = ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else value
        print(f"{name + ':':<{width}} {words}")


@contextmanager
def step_progress(quiet: bool = False) -> Iterator[Callable[[str, float], None]]:
    """Yield a bar on stderr that names the step under way; silent when there is no one to see it."""
    if quiet or not sys.stderr.isatty():
        yield lambda label, fraction: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description:<22}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda label, fraction: bar.update(task, description=label, completed=fraction)


def print_demo(scored: Sequence[ScoredEncode], note: str) -> None:
    """Print the demo's table: an encode a row, a model and precision a column, the mean difference below."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True)
    models = scored[0].report.models
    table.add_column("encode", "mean |difference| to vmaf")
    table.add_column("kbit/s", justify="right")
    table.add_column("vmaf", justify="right", style="bold")
    for model in models:
        difference = sum(item.mean_difference(model.metric) for item in scored) / len(scored)
        header = f"{model.info.id.removeprefix('vmaf_tiny_')}\n{model.info.precision}"
        table.add_column(header, f"{difference:.2f}", justify="right")
    for item in scored:
        means = [item.report.pooled_metrics[model.metric]["mean"] for model in models]
        vmaf = item.report.scores[SVM_METRIC]
        table.add_row(
            item.encode.name, f"{item.kbit_per_s:.0f}", *(f"{value:.2f}" for value in (vmaf, *means))
        )
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 100)
    console.print(table)
    console.print(note, markup=False, soft_wrap=True)
