# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn batch`: the pairs of a manifest, on many workers."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vmaf_dnn.batch.progress import BatchHook, BatchProgress, BatchResult
from vmaf_dnn.batch.run import score_batch
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.errors import InvalidArgument, VmafDnnError

_ENGINES = ("local", "dask")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(s|m|min|h)?")
_SECONDS = {None: 1, "s": 1, "m": 60, "min": 60, "h": 3600}
_LINE_S = 30.0


class PairsFailed(VmafDnnError):
    """Some pairs have no scores: `errors` says which, after the others' results are written."""

    def __init__(self, result: BatchResult) -> None:
        super().__init__("pairs failed")
        n_more = result.n_failed - len(result.failures)
        more = f", {n_more} of them not named here" if n_more else ""
        self.errors = [
            *result.failures,
            f"{result.n_failed} of {result.n_pairs} pairs failed{more}; the rest is in {result.folder}, and"
            " the next run tries these again.",
        ]


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument(
        "manifest",
        metavar="MANIFEST",
        help=".csv, .jsonl or .parquet: the columns reference, distorted, and flags of a scoring run",
    )
    flags = FlagGroup(parser)
    flags.text("-o", "--output", metavar="DIR", required=True, help="folder of the results")
    flags.choice(
        "--engine", words=_ENGINES, default="local", help="processes here (the default), or a cluster"
    )
    flags.number("--workers", default=None, help="processes of --engine local (default: CPUs / threads)")
    flags.text("--scheduler", metavar="ADDRESS", help="of the Dask cluster, as tcp://host:8786")
    flags.text("--split", metavar="TIME", help="measure longer clips in parts: 60s, 2m; on all workers")
    flags.number("--retries", default=2, help="more tries after what may pass (default: 2)")
    flags.choice("--reports", words=("json",), help="write each pair's report, too")
    flags.text(
        "--set",
        metavar="OPTION=VALUE",
        action="append",
        default=[],
        help="an option of rows that don't give theirs, as tiny_model=vmaf_tiny_v4; repeatable",
    )
    flags.switch("--fail-fast", help="end at the first pair that fails")
    flags.switch("-q", "--quiet", help="no progress, and no summary")


def run(arguments: argparse.Namespace) -> None:
    """Score, and print where the results are. Raises `VmafDnnError`."""
    _check(arguments)
    with _progress(arguments.quiet) as progress:
        result = score_batch(
            arguments.manifest,
            arguments.output,
            workers=arguments.workers,
            scheduler=arguments.scheduler,
            split=_seconds(arguments.split),
            retries=arguments.retries,
            reports=arguments.reports is not None,
            fail_fast=arguments.fail_fast,
            progress=progress,
            **dict(map(_setting, arguments.set)),
        )
    if not arguments.quiet:
        reused = f", {result.n_reused} of them by earlier runs" if result.n_reused else ""
        changed = f", {result.n_changed} anew, as they have changed since" if result.n_changed else ""
        n_scored = result.n_pairs - result.n_failed
        print(f"{n_scored} of {result.n_pairs} pairs scored{reused}{changed}: {result.folder}")
    if result.n_failed:
        raise PairsFailed(result)


def _check(arguments: argparse.Namespace) -> None:
    if (arguments.engine == "dask") != (arguments.scheduler is not None):
        raise InvalidArgument(
            "--engine dask and --scheduler ADDRESS go together; give both, or none of them."
        )
    if arguments.scheduler is not None and arguments.workers is not None:
        raise InvalidArgument("--workers is of --engine local, and a cluster has its own; leave it out.")


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    span = _SPAN.fullmatch(text.strip())
    if span is None:
        raise InvalidArgument(f"--split must be a time, as 60s or 2m, got {text!r}.")
    return float(span[1]) * _SECONDS[span[2]]


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InvalidArgument(f"--set must be OPTION=VALUE, as scale=true, got {text!r}.")
    return name.strip().lstrip("-").replace("-", "_"), value


@contextmanager
def _progress(quiet: bool) -> Iterator[BatchHook | None]:
    """Yield what shows a bar on a terminal, and says a line every so often elsewhere."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar() as show:
            yield show
    else:
        yield _Lines().say


@contextmanager
def _bar() -> Iterator[BatchHook]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    words = TextColumn("pairs  {task.fields[words]}")
    columns: tuple[Any, ...] = (TextColumn("scoring"), BarColumn(), MofNCompleteColumn(), words)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("scoring", total=None, words="")

        def show(progress: BatchProgress) -> None:
            words = ", ".join(_words(progress))
            bar.update(task, completed=progress.n_done, total=progress.n_pairs, words=words)

        yield show


class _Lines:
    def __init__(self) -> None:
        self._next_s = 0.0

    def say(self, progress: BatchProgress) -> None:
        if time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + _LINE_S
        words = [f"{progress.n_done} of {progress.n_pairs} pairs", *_words(progress)]
        print(", ".join(words), file=sys.stderr, flush=True)


def _words(progress: BatchProgress) -> Iterator[str]:
    if progress.n_failed:
        yield f"{progress.n_failed} failed"
    if progress.n_changed:
        yield f"{progress.n_changed} changed since and scored again"
    if progress.seconds_left is not None and progress.n_done < progress.n_pairs:
        yield f"{_time(progress.seconds_left)} left"


def _time(seconds: float) -> str:
    minutes = seconds / 60
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.0f} h"
