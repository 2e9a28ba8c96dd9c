# SPDX-License-Identifier: BSD-3-Clause
"""A batch on a Dask cluster of two workers: what a worker does to itself changes no result."""

from __future__ import annotations

import os
import resource
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("distributed")

from distributed import Client, LocalCluster

from tests.support.batches import results_in, write_manifest
from tests.support.clips import FfmpegRunner
from tests.support.processes import wait_for
from vmaf_dnn import InvalidArgument
from vmaf_dnn.batch import BatchProgress, score_batch, score_in_parts
from vmaf_dnn.batch.cluster import ClusterEngine, cluster_engine
from vmaf_dnn.batch.schedule import EngineGone, Job

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore:.*:ResourceWarning")]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Any]:
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        local_directory=str(tmp_path / "dask"),
        silence_logs=50,
    ) as running:
        yield running


def processes_of(cluster: Any) -> dict[str, int]:
    """Address and process of each worker."""
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        found: dict[str, int] = client.run(os.getpid)
        return found


def test_a_worker_killed_in_the_middle_and_a_broken_pair(
    cluster: Any, manifest: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill(progress: BatchProgress) -> None:
        if progress.n_done >= 2 and not killed:
            killed.extend(list(processes_of(cluster).values())[:1])
            os.kill(killed[0], signal.SIGKILL)

    out = tmp_path / "out"
    result = score_batch(manifest, out, scheduler=cluster.scheduler_address, reports=True, progress=kill)
    assert (result.n_pairs, result.n_failed, len(killed)) == (14, 1, 1)
    assert results_in(out) == undisturbed


def test_a_result_that_died_with_its_worker_is_computed_again(cluster: Any) -> None:
    with cluster_engine(cluster.scheduler_address) as engine:
        engine.submit(Job(sorted, (2, 1)))
        with Client(cluster.scheduler_address, set_as_default=False) as client:
            wait_for(lambda: any(client.who_has().values()))
        for pid in processes_of(cluster).values():  # both, so that it is not computed again at once
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: {future.status for future in engine._client.futures.values()} != {"finished"})
        found: list[Any] = []
        while not found:
            found.extend(engine.finished())
    ((_, tried),) = found
    assert tried.outcomes == (1, 2)


def test_a_worker_out_of_disk_is_left(
    cluster: Any, manifest: Path, tmp_path: Path, ffmpeg: FfmpegRunner
) -> None:
    """Its limit of file size is 0 bytes, which ffmpeg's log exceeds."""
    folder = tmp_path / "clips"
    shutil.copytree(manifest.parent, folder)
    for clip in folder.glob("dist*.y4m"):
        ffmpeg("-i", clip, "-c:v", "ffv1", clip.with_suffix(".mkv"))
    rows = [(f"ref{i}.y4m", f"dist{i}_{k}.mkv") for i in range(3) for k in range(4)]
    encodes = write_manifest(folder / "encodes.csv", rows)
    score_batch(encodes, tmp_path / "expected", workers=2)
    full = next(iter(processes_of(cluster)))
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        limit = (0, resource.RLIM_INFINITY)
        client.run(resource.setrlimit, resource.RLIMIT_FSIZE, limit, workers=[full])
        result = score_batch(encodes, tmp_path / "out", scheduler=cluster.scheduler_address, retries=0)
        client.run(resource.setrlimit, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2, workers=[full])
    assert result.n_failed == 0
    assert results_in(tmp_path / "out") == results_in(tmp_path / "expected")


def test_long_pairs_in_parts(
    cluster: Any, manifest: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    out, address = tmp_path / "out", cluster.scheduler_address
    score_batch(manifest, out, scheduler=address, reports=True, split=0.12)
    assert results_in(out) == undisturbed
    pair = manifest.parent / "ref0.y4m", manifest.parent / "dist0_1.y4m"
    report = score_in_parts(*pair, seconds=0.08, scheduler=address)
    assert len(report.frame_numbers) == 6


def test_workers_of_another_version_are_refused(
    cluster: Any, monkeypatch: pytest.MonkeyPatch, manifest: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr("vmaf_dnn.batch.cluster.__version__", "9.9")
    with pytest.raises(
        InvalidArgument, match=r"the worker tcp://\S+ has vmaf-dnn 0\.\S+, and this is 9\.9; inst"
    ):
        score_batch(manifest, tmp_path / "out", scheduler=cluster.scheduler_address)


def test_a_cluster_that_goes_away_is_told(manifest: Path, tmp_path: Path, cluster: Any) -> None:
    def close(progress: BatchProgress) -> None:
        if progress.n_done == 1:
            cluster.close()

    with pytest.raises(InvalidArgument, match="went away; finished pairs are kept, run it again"):
        score_batch(manifest, tmp_path / "out", scheduler=cluster.scheduler_address, progress=close)


def test_a_cluster_that_goes_away_fails_no_long_pair(
    manifest: Path, tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(measurement: object) -> object:
        raise EngineGone("the Dask scheduler went away.")

    monkeypatch.setattr("vmaf_dnn.batch.work.InParts", lambda *engine: gone)
    with pytest.raises(EngineGone, match="went away"):
        score_batch(manifest, tmp_path / "out", scheduler=cluster.scheduler_address, split=0.12)
    kept = list((tmp_path / "out" / "pairs").glob("*/*"))
    assert len(kept) == 1  # the pair whose clip is not there


def test_the_only_worker_is_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmaf_dnn.batch.cluster._RESTART_S", 0.0)
    monkeypatch.setattr(ClusterEngine, "_workers", lambda self: {"here": 3})
    engine = ClusterEngine.__new__(ClusterEngine)
    engine._left, engine._is_alone = set(), False
    assert (engine.leave("here"), engine.n_workers, engine.n_most) == (False, 3, 6)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "sheep://x", "127.0.0.1"])
def test_a_scheduler_that_does_not_answer(address: str, manifest: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=f"no Dask scheduler answers at {address}"):
        score_batch(manifest, tmp_path / "out", scheduler=address)
