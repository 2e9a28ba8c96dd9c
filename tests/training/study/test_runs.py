# SPDX-License-Identifier: BSD-3-Clause
"""Runs in processes, what is kept of them, and runs that are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.small_studies import JOBS, with_codec, words
from vmaf_dnn.errors import InvalidArgument, RuntimeFailure
from vmaf_train.cli import main
from vmaf_train.files import no_progress
from vmaf_train.study.processes import Work, run_each
from vmaf_train.study.runs import Protocol, clear, kept_files, run_jobs


@pytest.mark.long
def test_processes_and_one_process_give_the_same_figures(protocol: Protocol, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    results = []
    for n, progress in ((1, no_progress), (2, lambda n_done, n_total: seen.append((n_done, n_total)))):
        kept = kept_files(protocol, JOBS, tmp_path / str(n))
        results.append(run_jobs(protocol, JOBS, kept, n, progress))
    assert results[0] == results[1]
    assert results[0][0] != results[0][1]
    assert seen[-1] == (6, 6)


def test_finished_seeds_are_not_done_again(protocol: Protocol, tmp_path: Path) -> None:
    kept = kept_files(protocol, JOBS, tmp_path / "work")
    first = run_jobs(protocol, JOBS[:1], kept[:1], 1)
    stamp = kept[0].stat().st_mtime_ns
    both = run_jobs(protocol, JOBS, kept, 1)
    assert kept[0].stat().st_mtime_ns == stamp
    assert both[0] == first[0]
    clear(kept)
    assert not (tmp_path / "work").exists()


def test_what_is_kept_is_named_after_all_it_depends_on(protocol: Protocol, tmp_path: Path) -> None:
    job, table = JOBS[0], protocol.table
    others = [
        (protocol, replace(job, arch="mlp_9")),
        (protocol, replace(job, recipe=replace(job.recipe, lr=1e-2))),
        (replace(protocol, table=table.slice(1)), job),
        (replace(protocol, table=with_codec(table, "vp9")), job),
        (replace(protocol, folds=protocol.folds[:2]), job),
    ]
    names = {kept_files(p, [j], tmp_path)[0].name for p, j in [(protocol, job), *others]}
    assert len(names) == len(others) + 1


def _end_abruptly(item: int, progress: object) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return item


def _refuse(item: int, progress: object) -> int:
    raise InvalidArgument(f"item {item} is bad")


def test_a_killed_process_is_one_sentence() -> None:
    with pytest.raises(RuntimeFailure, match="A training process was killed, likely for want of memory"):
        list(run_each(Work(_end_abruptly, [1, 2], [1, 1]), 2, no_progress))


def test_an_error_in_a_process_is_that_error() -> None:
    with pytest.raises(InvalidArgument, match="is bad"):
        list(run_each(Work(_refuse, [1, 2], [1, 1]), 2, no_progress))


@pytest.mark.long
def test_a_killed_run_goes_on_and_gives_the_same_report(table_file: Path, tmp_path: Path) -> None:
    report, whole = tmp_path / "killed.json", tmp_path / "whole.json"
    long = ["--seeds", "0..3", "--epochs", "30"]
    assert main(words(table_file, whole, *long)) == 0
    command = [sys.executable, "-m", "vmaf_train", *words(table_file, report, *long)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    work = report.with_name("killed.json.work")
    while process.poll() is None and not (work.is_dir() and any(work.glob("mlp_8-*.json"))):
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not report.exists()
    assert main(words(table_file, report, *long)) == 0
    assert not work.exists()
    found, expected = (json.loads(path.read_text()) for path in (report, whole))
    for content in (found, expected):
        content.pop("run_provenance")
    assert found == expected


def test_a_work_folder_of_ones_own_stays_and_serves_the_ladder(table_file: Path, tmp_path: Path) -> None:
    work, more = tmp_path / "work", ["--work", str(tmp_path / "work")]
    assert main(words(table_file, tmp_path / "loso.json", *more)) == 0
    stamps = {path: path.stat().st_mtime_ns for path in work.iterdir()}
    assert len(stamps) == 2
    ladder = words(table_file, tmp_path / "ladder.json", *more)
    assert main(["ladder", "--rungs", "mlp_8", *ladder[3:]]) == 0
    assert {path: path.stat().st_mtime_ns for path in work.iterdir()} == stamps
