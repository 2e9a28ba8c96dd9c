# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch

from tests.support.paths import ROOT
from tests.support.small_models import QUICK, ROWS_PER_SOURCE, SOURCES
from vmaf_dnn.errors import InvalidArgument, RuntimeFailure
from vmaf_train.cli import main
from vmaf_train.files import no_progress
from vmaf_train.fold_runs import Job, Protocol, clear, kept_files, run_job, run_jobs
from vmaf_train.folds import contents, hold_out, leave_one_out, read_groups
from vmaf_train.judge import Judgement, judge
from vmaf_train.loso import summary, table_lines
from vmaf_train.metrics import agreement, clipped
from vmaf_train.processes import Work, run_each
from vmaf_train.table import column, concatenate, features_of, read_table, split_by_source, write_table
from vmaf_train.train import train

FAST = replace(QUICK, epochs=3, polish=0, batch_size=128)
JOBS = [Job("mlp_8", replace(FAST, seed=seed)) for seed in (0, 1)]


@pytest.fixture(scope="module")
def protocol(table: pa.Table) -> Protocol:
    folds = leave_one_out(table, {})
    return Protocol(table, folds, folds)


def with_codec(table: pa.Table, codec: str) -> pa.Table:
    at = table.column_names.index("codec")
    return table.set_column(at, "codec", pa.array([codec] * table.num_rows))


def groups_file(folder: Path, groups: object) -> Path:
    path = folder / "groups.json"
    path.write_text(json.dumps({"groups": groups}))
    return path


# --- which sources are left out together


def test_sources_of_one_film_are_one_fold(table: pa.Table, tmp_path: Path) -> None:
    groups = read_groups(groups_file(tmp_path, {"the film": list(SOURCES[:2])}))
    folds = leave_one_out(table, groups)
    assert [(fold.name, fold.sources) for fold in folds] == [
        (SOURCES[2], (SOURCES[2],)),
        ("the film", SOURCES[:2]),
    ]
    assert folds[1].rows(table).sum() == 2 * ROWS_PER_SOURCE


def test_the_committed_groups_are_of_the_committed_table() -> None:
    folder = ROOT / "training"
    table = read_table(folder / "data" / "corpus.parquet")
    folds = {
        fold.name: fold for fold in leave_one_out(table, read_groups(folder / "configs" / "groups.json"))
    }
    assert (len(folds), len(folds["big_buck_bunny"].sources)) == (32, 5)
    film = folds["big_buck_bunny"].rows(table)
    assert set(column(table, "kind")[film]) == {"animation"}
    assert "animation" not in set(column(table, "kind")[~film])


@pytest.mark.parametrize("content", [[], {"a": "b"}, {"a": [1]}, None])
def test_groups_of_another_shape_are_refused(content: object, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match='lacks "groups", lists of source names'):
        read_groups(groups_file(tmp_path, content))


def test_a_source_of_two_groups_is_refused(tmp_path: Path) -> None:
    path = groups_file(tmp_path, {"a": ["x", "y"], "b": ["x"]})
    with pytest.raises(InvalidArgument, match="names the source 'x' twice; a source is of one group"):
        read_groups(path)


def test_a_group_of_a_source_that_is_not_there_is_refused(table: pa.Table) -> None:
    with pytest.raises(InvalidArgument, match="The source 'typo' of the group film is not in the table"):
        contents(table, {"film": ["typo", SOURCES[0]]})


def test_refuses_a_table_with_one_source(table: pa.Table) -> None:
    one = table.slice(0, ROWS_PER_SOURCE)
    with pytest.raises(InvalidArgument, match=r"The table has one source, 'film/a\.mp4'; leaving one out"):
        leave_one_out(one, {})
    with pytest.raises(InvalidArgument, match="The table has one source, 'film'; leaving one out"):
        leave_one_out(table, {"film": SOURCES})


def test_refuses_to_hold_out_nothing_everything_or_what_is_not_there(table: pa.Table) -> None:
    for held_out, reason in (
        ([], "No source is held out"),
        (list(SOURCES), "All 3 sources are held out"),
        (["typo"], "The held-out source 'typo' is not in the table"),
    ):
        with pytest.raises(InvalidArgument, match=reason):
            hold_out(table, held_out)


# --- judging


class Constant:
    """A net that gives one score."""

    def __init__(self, score: float) -> None:
        self.score = float(score)

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        return torch.full((len(rows),), self.score)


def test_each_fold_is_judged_by_its_own_net_and_clipped(table: pa.Table, protocol: Protocol) -> None:
    nets = [Constant(-3), Constant(50), Constant(120)]
    found = judge(table, nets, protocol.folds, protocol.units)  # type: ignore[arg-type]
    truth = column(table, "vmaf").reshape(3, -1)
    for source, shown, own in zip(SOURCES, (0, 50, 100), truth, strict=True):
        parts = found.by_content[source]
        assert parts["overall"]["rmse"] == pytest.approx(np.sqrt(np.mean((own - shown) ** 2)))
        assert parts["ordinary"]["n_rows"] + parts["odd"]["n_rows"] == ROWS_PER_SOURCE
    assert found.pooled["overall"]["n_rows"] == table.num_rows


def test_augmented_rows_are_fitted_and_never_judged(table: pa.Table, protocol: Protocol) -> None:
    augmented = concatenate([with_codec(table, codec) for codec in ("jitter", "between", "beyond")])
    wider = replace(protocol, table=concatenate([table, augmented]))
    job = Job("mlp_8", FAST)
    judged = run_job(wider, job)
    assert judged.pooled["overall"]["n_rows"] == table.num_rows
    assert judged.pooled["overall"]["rmse"] != run_job(protocol, job).pooled["overall"]["rmse"]
    only = replace(protocol, table=augmented)
    with pytest.raises(InvalidArgument, match=r"'film/a.mp4' has augmented rows only; add the table"):
        run_job(only, job)


def test_a_fold_is_as_good_as_a_model_trained_without_it(table: pa.Table) -> None:
    """One fold, with the second phase: the same figures as train and judge by hand."""
    recipe = replace(QUICK, epochs=30, polish=50, batch_size=10_000)
    folds = hold_out(table, [SOURCES[0]])
    found = run_job(Protocol(table, folds, folds), Job("mlp_8", recipe)).pooled["overall"]
    split = split_by_source(table, [SOURCES[0]])
    net = train("mlp_8", split.train, recipe).model()
    with torch.inference_mode():
        scores = clipped(net(torch.from_numpy(features_of(split.held_out)).float()).numpy())
    expected = agreement(scores, column(split.held_out, "vmaf"))
    assert found["rmse"] == pytest.approx(expected.rmse, rel=0.02)


# --- seeds, processes, kills


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


def words(table_file: Path, report: Path, *more: object) -> list[str]:
    fixed = ["loso", "--hidden", "8", "--epochs", "3", "--seeds", "0,1", "--jobs", "1"]
    return [*fixed, "--data", str(table_file), "--report", str(report), *map(str, more)]


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


# --- the report


def judgement(rmse: float) -> Judgement:
    parts = {"n_rows": 10, "plcc": 0.9, "srocc": 0.8, "rmse": rmse, "max_error": 2 * rmse, "bias": 0.0}
    by_content = {name: {"overall": parts | {"rmse": rmse * scale}} for name, scale in (("a", 1), ("b", 3))}
    return Judgement({"overall": parts}, by_content)


def test_means_and_deviations_are_over_folds_and_seeds() -> None:
    found = summary([5, 7], [judgement(1.0), judgement(2.0)])
    assert found["per_fold"]["b"]["rmse"] == 4.5
    assert found["per_fold"]["b"]["n_rows"] == 10
    assert found["per_seed"]["7"]["mean_rmse"] == 4.0
    assert found["per_seed"]["7"]["std_rmse"] == pytest.approx(np.std([2, 6], ddof=1))
    assert found["overall"]["mean_rmse"] == 3.0
    assert found["overall"]["std_rmse"] == pytest.approx(np.std([1.5, 4.5], ddof=1))
    assert found["over_seeds"]["std_rmse"] == pytest.approx(np.std([2, 4], ddof=1))
    assert found["pooled"]["overall"]["max_error"] == 4.0


def test_one_seed_has_no_deviation_over_seeds() -> None:
    found = summary([0], [judgement(1.0)])
    assert found["over_seeds"]["std_plcc"] == 0.0


def test_the_table_has_a_line_a_fold_then_mean_and_deviation() -> None:
    lines = list(table_lines(summary([0, 1], [judgement(1.0), judgement(2.0)])))
    assert [line[:27].rstrip() for line in lines] == [
        "left out",
        "a",
        "b",
        "mean over folds",
        "± over folds",
        "± over seeds, of that mean",
        "all rows at once",
    ]
    assert lines[2].split() == ["b", "10", "0.900000", "0.800000", "4.500", "3.00"]


def test_loso_reports_as_published_and_where_from(
    table_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "loso.json"
    groups = groups_file(tmp_path, {"film": list(SOURCES[:2])})
    assert main(words(table_file, report, "--groups", groups)) == 0
    found = json.loads(report.read_text())
    assert (found["arch"], found["hidden"], found["n_folds"], found["seeds"]) == ("mlp_8", [8], 2, [0, 1])
    assert found["groups"] == {"film": list(SOURCES[:2])}
    assert found["recipe"]["polish"] == 0
    assert set(found["per_fold"]) == {"film", SOURCES[2]}
    assert "seed" not in found["recipe"]
    assert found["run_provenance"]["inputs"]["groups"]["sha256"]
    assert "mean over folds" in capsys.readouterr().out


def test_a_mean_below_the_limit_is_exit_1(
    table_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words(table_file, tmp_path / "loso.json", "--min-plcc", "1")) == 1
    assert "at least 1.0 is required" in capsys.readouterr().out
    assert json.loads((tmp_path / "loso.json").read_text())["passed"] is False


@pytest.mark.parametrize("seeds", ["4..0", "0,0", "-1", "a", ""])
def test_seeds_that_are_none_are_usage(
    seeds: str, table_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words(table_file, tmp_path / "l.json", f"--seeds={seeds}"))
    assert stop.value.code == 2
    assert "--seeds" in capsys.readouterr().err


def test_a_one_source_table_fails_in_one_sentence(
    table: pa.Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.parquet"
    write_table(path, table.slice(0, ROWS_PER_SOURCE))
    assert main(words(path, tmp_path / "l.json")) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("vmaf-train loso: The table has one source, 'film/a.mp4'; ")
    assert [path.name for path in tmp_path.iterdir()] == ["one.parquet"]
