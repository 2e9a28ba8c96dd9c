# SPDX-License-Identifier: BSD-3-Clause
"""A batch by processes of this machine: its results, what it reuses, and what it does about failures."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")

import numpy as np
import pyarrow as pa
from pyarrow import parquet

import vmaf_dnn
from tests.support.batches import results_in, write_clips, write_manifest
from tests.support.clips import FfmpegRunner
from vmaf_dnn import InvalidArgument
from vmaf_dnn.batch import BatchProgress, score_batch
from vmaf_dnn.batch.manifest import read_manifest
from vmaf_dnn.batch.plan import MOST_TOGETHER, jobs_of
from vmaf_dnn.batch.progress import BatchEnded
from vmaf_dnn.batch.schedule import Job, attempt
from vmaf_dnn.batch.scoring import Task, score_tasks
from vmaf_dnn.report.statistics import POOLINGS


def rows_of(path: Path) -> list[dict[str, Any]]:
    return parquet.read_table(path).to_pylist()


def test_each_pair_has_the_numbers_of_score(manifest: Path, tmp_path: Path) -> None:
    result = score_batch(manifest, tmp_path / "out", workers=2)
    assert (result.n_pairs, result.n_failed, result.n_reused) == (14, 1, 0)
    assert result.failures == (
        f"row 6 (missing.y4m against ref0.y4m) failed: {manifest.parent / 'missing.y4m'}: no such file.",
    )
    pooled = rows_of(tmp_path / "out" / "pooled.parquet")
    frames = rows_of(tmp_path / "out" / "frames.parquet")
    assert [row["row"] for row in pooled] == list(range(1, 15))
    for pair, row in zip(read_manifest(manifest), pooled, strict=True):
        of_pair = [frame for frame in frames if frame["row"] == pair.row]
        if pair.distorted == "missing.y4m":
            assert (row["failure"], row["n_frames"], row["score"], of_pair) == ("VideoError", None, None, [])
            continue
        report = vmaf_dnn.score(*pair.paths, subsample=pair.options.video.subsample)
        assert [frame["frame"] for frame in of_pair] == report.frame_numbers.tolist()
        for name, values in report.metrics.items():
            assert [frame[name] for frame in of_pair] == values.tolist()
            for pooling in POOLINGS:
                assert row[f"{name}.{pooling}"] == report.pooled(pooling, name)
        assert row["score"] == report.mean
        assert row["n_frames"] == len(report.frame_numbers)
        assert row["vmaf_tiny_v2.out_of_domain"] == report.models[0].out_of_domain
        assert any("extrapolates" in text for text in row["warnings"]) == (
            row["vmaf_tiny_v2.out_of_domain"] > 0
        )


def test_workers_and_groups_change_no_byte(
    manifest: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    score_batch(manifest, tmp_path, workers=2, reports=True)
    assert results_in(tmp_path) == undisturbed
    assert len(undisturbed) == 3 + 13


def test_a_second_run_scores_what_failed_alone(
    manifest: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    score_batch(manifest, tmp_path, workers=1, reports=True)
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "pairs").rglob("*.arrow")}
    seen: list[BatchProgress] = []
    result = score_batch(manifest, tmp_path, workers=1, reports=True, progress=seen.append)
    assert (result.n_reused, result.n_failed) == (13, 1)
    assert (seen[0].n_done, seen[-1].n_done, seen[-1].n_pairs, seen[-1].n_failed) == (13, 14, 14, 1)
    assert seen[0].seconds_left is None
    assert results_in(tmp_path) == undisturbed
    assert sum(path.stat().st_mtime_ns != written[path] for path in written) == 1


@pytest.fixture
def copied(manifest: Path, tmp_path: Path) -> Path:
    """The manifest and its clips, to be changed."""
    return Path(shutil.copytree(manifest.parent, tmp_path / "copied")) / manifest.name


def test_a_changed_clip_is_scored_again(copied: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    score_batch(copied, out, workers=1)
    before = rows_of(out / "pooled.parquet")
    shutil.copyfile(copied.parent / "dist0_3.y4m", copied.parent / "dist0_0.y4m")
    result = score_batch(copied, out, workers=1)
    assert (result.n_changed, result.n_reused) == (1, 12)
    after = rows_of(out / "pooled.parquet")
    assert [
        one["row"] for one, other in zip(before, after, strict=True) if one["score"] != other["score"]
    ] == [1]
    assert after[0]["score"] == after[3]["score"]


def test_a_clip_that_came_meanwhile_is_scored(copied: Path, tmp_path: Path) -> None:
    score_batch(copied, tmp_path / "out", workers=1)
    shutil.copyfile(copied.parent / "dist0_3.y4m", copied.parent / "missing.y4m")
    result = score_batch(copied, tmp_path / "out", workers=1)
    assert (result.n_failed, result.n_reused) == (0, 13)


def test_a_file_that_became_a_pipe_fails_for_good(tmp_path: Path) -> None:
    (pair,) = read_manifest(write_manifest(tmp_path / "m.csv", write_clips(tmp_path, 1, 1)))
    (tmp_path / "dist0_0.y4m").unlink()
    os.mkfifo(tmp_path / "dist0_0.y4m")
    (outcome,) = attempt(Job(score_tasks, (Task(pair, ""),))).outcomes
    assert outcome.text == "the distorted clip dist0_0.y4m is a named pipe; a batch reads files."
    assert not outcome.may_pass


def test_rows_may_move_and_be_added(copied: Path, tmp_path: Path) -> None:
    score_batch(copied, tmp_path / "out", workers=1)
    lines = copied.read_text().splitlines()
    copied.write_text("\n".join([lines[0], *reversed(lines[1:5]), "ref2.y4m,dist0_0.y4m,"]) + "\n")
    result = score_batch(copied, tmp_path / "out", workers=1)
    assert (result.n_pairs, result.n_reused, result.n_failed) == (5, 4, 0)
    pooled = rows_of(tmp_path / "out" / "pooled.parquet")
    assert pooled[0]["distorted"] == "dist0_3.y4m"


def test_a_part_file_that_is_damaged_is_made_anew(
    manifest: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    score_batch(manifest, tmp_path, workers=1, reports=True)
    damaged, emptied = sorted((tmp_path / "pairs").rglob("*.arrow"))[:2]
    damaged.write_bytes(damaged.read_bytes()[:-7])
    emptied.write_bytes(b"")
    next((tmp_path / "reports").glob("dist2_2*")).unlink()
    assert score_batch(manifest, tmp_path, workers=1, reports=True).n_reused in (10, 11)
    assert results_in(tmp_path) == undisturbed


def test_long_pairs_in_parts_change_no_byte(
    manifest: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    score_batch(manifest, tmp_path, workers=2, reports=True, split=0.12)
    assert results_in(tmp_path) == undisturbed


def test_the_first_failure_may_end_the_batch(manifest: Path, tmp_path: Path) -> None:
    with pytest.raises(
        BatchEnded, match=r"^row 6 .* no such file; \d+ of 14 pairs are kept, and the next run"
    ):
        score_batch(manifest, tmp_path, workers=1, fail_fast=True)
    assert not (tmp_path / "pooled.parquet").exists()
    assert score_batch(manifest, tmp_path, workers=1).n_reused > 0


def test_pairs_of_another_form_stand_beside_each_other(
    tmp_path: Path, ffmpeg: FfmpegRunner, manifest: Path
) -> None:
    """One reference, a y4m and a container: who decoded what is told of each as if it were alone."""
    reference, plain, encode = (tmp_path / name for name in ("r.y4m", "p.y4m", "e.mkv"))
    shutil.copyfile(manifest.parent / "ref0.y4m", reference)
    shutil.copyfile(manifest.parent / "dist0_1.y4m", plain)
    ffmpeg("-i", plain, "-c:v", "ffv1", encode)
    rows = [("r.y4m", name) for name in ("p.y4m", "e.mkv")]
    together = write_manifest(tmp_path / "together.csv", rows)
    alone = [write_manifest(tmp_path / f"alone{i}.csv", [row]) for i, row in enumerate(rows)]
    score_batch(together, tmp_path / "out", workers=1)
    found = [row["version"] for row in rows_of(tmp_path / "out" / "pooled.parquet")]
    expected = []
    for i, one in enumerate(alone):
        score_batch(one, tmp_path / f"out{i}", workers=1)
        expected.append(rows_of(tmp_path / f"out{i}" / "pooled.parquet")[0]["version"])
    assert found == expected
    assert ["ffmpeg" in version for version in found] == [False, True]


def test_raw_video_is_read_by_its_columns(manifest: Path, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    for name in ("ref0", "dist0_1"):
        ffmpeg("-i", manifest.parent / f"{name}.y4m", "-f", "rawvideo", tmp_path / f"{name}.yuv")
    row = ("ref0.yuv", "dist0_1.yuv", "64", "48", "420", "8")
    columns = ("width", "height", "pixel_format", "bitdepth")
    path = write_manifest(tmp_path / "m.csv", [row], columns)
    score_batch(path, tmp_path / "out", workers=1)
    (pooled,) = rows_of(tmp_path / "out" / "pooled.parquet")
    y4m = vmaf_dnn.score(manifest.parent / "ref0.y4m", manifest.parent / "dist0_1.y4m")
    assert pooled["score"] == y4m.mean


def test_other_models_add_columns_that_other_rows_leave_empty(copied: Path, tmp_path: Path) -> None:
    rows = [("ref0.y4m", "dist0_0.y4m", ""), ("ref0.y4m", "dist0_0.y4m", "vmaf_tiny_v4")]
    path = write_manifest(copied.parent / "models.csv", rows, ["tiny_model"])
    score_batch(path, tmp_path / "out", workers=1)
    first, second = rows_of(tmp_path / "out" / "pooled.parquet")
    assert first["vmaf_tiny_v4.mean"] is None
    assert second["vmaf_tiny_v2.mean"] is None
    assert second["score"] == second["vmaf_tiny_v4.mean"]
    frames = parquet.read_table(tmp_path / "out" / "frames.parquet")
    assert np.isnan(frames["vmaf_tiny_v4"].to_numpy()[:6]).all()


def test_a_model_that_is_not_there_is_refused_before_work(copied: Path, tmp_path: Path) -> None:
    path = write_manifest(copied.parent / "m.csv", [("ref0.y4m", "dist0_0.y4m", "sheep")], ["tiny_model"])
    with pytest.raises(InvalidArgument, match=r"^row 1: .*sheep"):
        score_batch(path, tmp_path / "out", workers=1)
    assert not (tmp_path / "out").exists()


def test_two_runs_do_not_share_a_folder(manifest: Path, tmp_path: Path) -> None:
    with (tmp_path / "batch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(InvalidArgument, match="another batch is at work in"):
            score_batch(manifest, tmp_path, workers=1)


def test_a_result_never_replaces_the_manifest(tmp_path: Path) -> None:
    write_clips(tmp_path, 1, 1)
    parquet.write_table(
        pa.Table.from_pylist([{"reference": "ref0.y4m", "distorted": "dist0_0.y4m"}]),
        tmp_path / "pooled.parquet",
    )
    with pytest.raises(InvalidArgument, match="is where a result goes; name another folder"):
        score_batch(tmp_path / "pooled.parquet", tmp_path, workers=1)


def test_a_folder_that_is_a_file_is_refused(manifest: Path, tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(InvalidArgument, match="is a file, and results need a folder"):
        score_batch(manifest, tmp_path / "out")


def test_a_folder_that_can_not_be_made_is_refused(manifest: Path) -> None:
    with pytest.raises(InvalidArgument, match="Not a directory; name a folder that you may write to"):
        score_batch(manifest, manifest / "out", workers=1)


def test_what_a_kill_left_is_swept(manifest: Path, tmp_path: Path) -> None:
    left = tmp_path / "pairs" / "ab" / f".{'0' * 16}-x.arrow"
    left.parent.mkdir(parents=True)
    left.touch()
    score_batch(manifest, tmp_path, workers=1)
    assert not left.exists()


def test_the_report_of_a_hidden_clip_stays(tmp_path: Path) -> None:
    write_clips(tmp_path, 1, 1)
    name = f".{'0' * 16}.y4m"  # what its report would be called were that of a half-written file
    (tmp_path / "dist0_0.y4m").rename(tmp_path / name)
    manifest = write_manifest(tmp_path / "m.csv", [("ref0.y4m", name)])
    for n_reused in (0, 1):
        assert score_batch(manifest, tmp_path / "out", workers=1, reports=True).n_reused == n_reused


def test_groups_are_of_one_reference_and_bounded(manifest: Path) -> None:
    pairs = read_manifest(manifest)
    jobs = list(jobs_of([Task(pair, "") for pair in pairs], 1))
    for job in jobs:
        assert len({(task.pair.reference, task.pair.options) for task in job.units}) == 1
        assert len(job.units) <= MOST_TOGETHER
    assert sorted(task.pair.row for job in jobs for task in job.units) == list(range(1, 15))
    assert len(jobs) < len(pairs)
    assert {len(job.units) for job in jobs_of([Task(pair, "") for pair in pairs], 8)} == {1}


def test_pairs_that_may_not_share_are_alone(manifest: Path) -> None:
    pairs = read_manifest(manifest, {"shortest": True})
    assert {len(job.units) for job in jobs_of([Task(pair, "") for pair in pairs], 1)} == {1}
