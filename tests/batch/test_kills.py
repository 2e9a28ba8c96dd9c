# SPDX-License-Identifier: BSD-3-Clause
"""Kills at any moment: of the command, whose next run goes on, and of a worker, which is replaced."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from tests.support.batches import results_in
from tests.support.command import COMMAND
from tests.support.processes import children, is_running, wait_for
from vmaf_dnn.batch import BatchProgress, score_batch
from vmaf_dnn.batch.failure import WORKER_DIED
from vmaf_dnn.batch.local import LocalEngine
from vmaf_dnn.batch.schedule import Job, outcomes

pytestmark = pytest.mark.long


def finished(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in (folder / "pairs").rglob("[!.]*.arrow")}


@pytest.fixture
def workers() -> Callable[[], list[int]]:
    """Return the children that this process has begun since: earlier tests may have left theirs."""
    before = children()
    return lambda: [pid for pid in children() if pid not in before]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_batch_that_is_killed_goes_on_and_repeats_nothing(
    seed: int, manifest: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    random_ = random.Random(seed)
    words = [
        *COMMAND,
        "batch",
        str(manifest),
        "-o",
        str(tmp_path),
        "--workers",
        "2",
        "--reports",
        "json",
        "-q",
    ]
    kept: dict[Path, int] = {}
    for _ in range(3):
        kill_in_the_middle(words, tmp_path, len(finished(tmp_path)) + 1 + random_.randrange(3))
        now = finished(tmp_path)
        assert kept.items() <= now.items()
        kept = {path: time_ns for path, time_ns in now.items() if b'"failure": null' in path.read_bytes()}
    score_batch(manifest, tmp_path, workers=2, reports=True)
    assert results_in(tmp_path) == undisturbed
    assert kept
    assert kept.items() <= finished(tmp_path).items()


def kill_in_the_middle(words: list[str], folder: Path, n_finished: int) -> None:
    """Start a batch, kill it when so many pairs are finished, and wait until its workers are gone, too."""
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as batch:
        wait_for(lambda: children(batch.pid) and len(finished(folder)) >= n_finished)
        workers = children(batch.pid)
        batch.kill()
    wait_for(lambda: not any(map(is_running, workers)))


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_workers_too(signum: int, manifest: Path, tmp_path: Path) -> None:
    words = [*COMMAND, "batch", str(manifest), "-o", str(tmp_path), "--workers", "2", "-q"]
    with subprocess.Popen(words, stderr=subprocess.PIPE) as batch:
        wait_for(lambda: len(children(batch.pid)) == 2 and finished(tmp_path))
        workers = children(batch.pid)
        batch.send_signal(signum)
        _, told = batch.communicate()
    assert (batch.returncode, told) == (128 + signum, b"")
    assert not any(map(is_running, workers))


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.05, 0.1, 0.2, 0.4])
def test_an_interrupt_of_all_processes_is_quiet(delay_s: float, manifest: Path, tmp_path: Path) -> None:
    """As a terminal's Ctrl-C is, however young a worker is."""
    words = [*COMMAND, "batch", str(manifest), "-o", str(tmp_path), "--workers", "2", "-q"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, start_new_session=True) as batch:
        wait_for(lambda: children(batch.pid))
        time.sleep(delay_s)
        os.killpg(batch.pid, signal.SIGINT)
        _, told = batch.communicate()
    assert (batch.returncode, told) == (128 + signal.SIGINT, b"")


def test_a_worker_never_gets_an_interrupt(
    workers: Callable[[], list[int]], capfd: pytest.CaptureFixture[str]
) -> None:
    with LocalEngine(1) as engine:
        engine.submit(Job(sorted, (2, 1)))
        (worker,) = workers()
        for _ in range(20):
            os.kill(worker, signal.SIGINT)
            time.sleep(0.01)
        ((_, tried),) = engine.finished()
    assert tried.outcomes == (1, 2)
    assert capfd.readouterr() == ("", "")


def test_a_worker_that_is_killed_is_replaced(
    workers: Callable[[], list[int]], manifest: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill(progress: BatchProgress) -> None:
        if progress.n_done >= 2 and len(killed) < 2 and workers():
            killed.append(workers()[-1])
            os.kill(killed[-1], signal.SIGKILL)

    score_batch(manifest, tmp_path, workers=2, reports=True, progress=kill)
    assert len(killed) == 2
    assert results_in(tmp_path) == undisturbed


def test_a_job_that_kills_its_workers_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = (
        "def die_of_odd(units):\n    return [os.kill(os.getpid(), 9) if unit % 2 else unit for unit in units]"
    )
    (tmp_path / "deadly.py").write_text(f"import os\n\n{body}\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    die_of_odd = import_module("deadly").die_of_odd
    with LocalEngine(2) as engine:
        jobs = [Job(die_of_odd, (2, 3, 4)), Job(die_of_odd, (6,))]
        found = dict(outcomes(engine, jobs, retries=1))
    assert {unit: outcome for unit, outcome in found.items() if unit != 3} == {2: 2, 4: 4, 6: 6}
    assert found[3].kind == WORKER_DIED
    assert found[3].text == "The worker process was killed by signal 9; is memory short?"


def test_workers_end_with_the_engine(workers: Callable[[], list[int]]) -> None:
    with LocalEngine(2) as engine:
        engine.submit(Job(time.sleep, (600,)))  # type: ignore[arg-type]
        begun = workers()
        assert any(map(is_running, begun))
    assert not any(map(is_running, begun))
