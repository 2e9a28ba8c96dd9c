# SPDX-License-Identifier: BSD-3-Clause
"""The same jobs in threads and on a Dask cluster, one worker of which is killed in the middle."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dask
import pytest
from distributed import Client, LocalCluster

from tests.support.clips import MakeClip
from vmaf_dnn.errors import InvalidArgument, ToolMissing
from vmaf_train.cli import main
from vmaf_train.commands import corpus
from vmaf_train.corpus.build import build_corpus
from vmaf_train.corpus.distortions import DISTORTIONS
from vmaf_train.corpus.executors import dask_executor, local_executor
from vmaf_train.corpus.manifest import read_clips
from vmaf_train.data.table import read_table

pytestmark = pytest.mark.long

BY_NAME = {distortion.name: distortion for distortion in DISTORTIONS}
FEW = tuple(BY_NAME[name] for name in ("x264-crf26-1", "blur-sigma2.5-1", "drop-keep1of2-1"))


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory, make_clip: MakeClip) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    for name in ("one", "two"):
        make_clip(folder / f"{name}.mkv")
    return folder


@contextmanager
def started(folder: Path, n_workers: int) -> Iterator[LocalCluster]:
    """A cluster of workers with one thread each, in processes of their own."""
    with LocalCluster(
        n_workers=n_workers, threads_per_worker=1, dashboard_address=":0", local_directory=str(folder)
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with started(tmp_path_factory.mktemp("dask"), n_workers=2) as made:
        yield made


def kill_a_worker(cluster: LocalCluster) -> None:
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)


def test_a_killed_worker_costs_no_row(clips: Path, cluster: LocalCluster, tmp_path: Path) -> None:
    n_left = []

    def progress(n_done: int, n_total: int) -> None:
        if n_done == 2:
            kill_a_worker(cluster)
            n_left.append(n_total - n_done)

    with dask_executor(cluster.scheduler_address) as executor:
        found = build_corpus(read_clips(clips), tmp_path / "dask_work", FEW, executor, progress=progress)
    with local_executor(tmp_path / "work", jobs=2) as executor:
        expected = build_corpus(read_clips(clips), tmp_path / "work", FEW, executor)
    assert n_left == [4]
    assert found.table.equals(expected.table)
    assert (found.n_pairs, found.skipped) == (expected.n_pairs, []) == (6, [])


def test_the_command_gives_its_jobs_to_a_cluster(
    clips: Path, cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "DISTORTIONS", FEW[:1])
    monkeypatch.chdir(tmp_path)  # workers stand elsewhere
    shutil.copytree(clips, "clips")
    Path("clips/bad.mkv").write_bytes(b"not a video")
    out = tmp_path / "t.parquet"
    words = ["corpus", "--manifest", "clips", "--out", str(out), "--engine", "dask"]
    assert main([*words, "--scheduler", cluster.scheduler_address]) == 0
    assert read_table(out).num_rows == 8
    (skip,) = json.loads((tmp_path / "t.report.json").read_text())["skipped"]
    assert (skip["scene"], skip["distortion"]) == ("bad", "x264-crf26-1")


def test_a_pair_that_kills_its_workers_is_skipped_and_said(clips: Path, tmp_path: Path) -> None:
    deadly = tmp_path / "ffmpeg"
    deadly.write_text("#!/bin/sh\nkill -9 $PPID\n")
    deadly.chmod(0o755)
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        started(tmp_path / "dask", n_workers=1) as cluster,
        dask_executor(cluster.scheduler_address) as executor,
        pytest.raises(InvalidArgument, match=r"every worker that was given x264-crf26-1 of one\.mkv died"),
    ):
        build_corpus(read_clips(clips)[:1], tmp_path / "work", FEW[:1], executor, ffmpeg=str(deadly))


def test_a_scheduler_that_goes_away_ends_the_run(clips: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    with (
        started(tmp_path / "dask", n_workers=1) as cluster,
        pytest.raises(InvalidArgument, match="went away; finished pairs are kept, run it again"),
        dask_executor(cluster.scheduler_address) as executor,
    ):
        build_corpus(read_clips(clips), work, FEW, executor, progress=lambda *_: cluster.close())
    assert len(list(work.glob("[0-9a-f]*.parquet"))) == 1


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://here", "no-port"])
def test_an_address_where_no_scheduler_answers_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vmaf_dnn.batch.scheduler.CONNECT_TIMEOUT_S", 0.2)
    sentence = f"no Dask scheduler answers at {address}"
    with pytest.raises(InvalidArgument, match=sentence), dask_executor(address):
        pass


def test_a_missing_dask_says_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    sentence = r'a cluster takes distributed, .*; install it \(pip install "vmaf-dnn\[dask\]"\)'
    with pytest.raises(ToolMissing, match=sentence), dask_executor("tcp://127.0.0.1:8786"):
        pass
