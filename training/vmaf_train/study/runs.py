# SPDX-License-Identifier: BSD-3-Clause
"""Seeds and architectures over the same folds; the finished ones are kept on disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch

from vmaf_train.data.table import column
from vmaf_train.files import Progress, no_progress, read_json, write_json
from vmaf_train.fit.net import hidden_of
from vmaf_train.fit.optimise import n_units
from vmaf_train.fit.recipe import Recipe
from vmaf_train.fit.train import fit
from vmaf_train.study.folds import Fold
from vmaf_train.study.judge import Judgement, judge
from vmaf_train.study.processes import Work, run_each


@dataclass(frozen=True)
class Protocol:
    """Each fold's net is fitted to the rows of the table outside it, and judged on those inside.

    `units` are the contents to judge one by one.
    """

    table: pa.Table
    folds: Sequence[Fold]
    units: Sequence[Fold]


@dataclass(frozen=True)
class Job:
    """One architecture with one seed, over all folds."""

    arch: str
    recipe: Recipe


def run_job(protocol: Protocol, job: Job, progress: Progress = no_progress) -> Judgement:
    """Fits a net to each fold, all at once, and judges them."""
    left_out = np.stack([fold.rows(protocol.table) for fold in protocol.folds], axis=1)
    nets = fit(hidden_of(job.arch), protocol.table, ~left_out, job.recipe, progress)
    return judge(protocol.table, nets, protocol.folds, protocol.units)


def run_jobs(
    protocol: Protocol,
    jobs: Sequence[Job],
    kept: Sequence[Path],
    n_processes: int,
    progress: Progress = no_progress,
) -> list[Judgement]:
    """Run the jobs whose file of `kept` is missing, writes it, and return the judgements of all, in order.

    With the names of `kept_files` a run that was killed goes on where it was.
    """
    missing = [i for i, path in enumerate(kept) if not path.is_file()]
    kept[0].parent.mkdir(parents=True, exist_ok=True)
    units = [n_units(jobs[i].recipe, len(protocol.folds)) for i in missing]
    todo = Work(partial(run_job, protocol), [jobs[i] for i in missing], units)
    for i, judgement in run_each(todo, n_processes, progress):
        write_json(kept[missing[i]], asdict(judgement))
    return [Judgement(**read_json(path)) for path in kept]


def kept_files(protocol: Protocol, jobs: Sequence[Job], work: Path) -> list[Path]:
    """Return a file in `work` for each job, named after everything that its result depends on."""
    rows = hashlib.sha256()
    for name in protocol.table.column_names:
        values = column(protocol.table, name)
        rows.update("\n".join(values).encode() if values.dtype == object else values.tobytes())
    folds = [asdict(one) for one in (*protocol.folds, *protocol.units)]
    fixed = [rows.hexdigest(), folds, torch.__version__]
    keys = [hashlib.sha256(json.dumps([*fixed, asdict(job)]).encode()).hexdigest()[:16] for job in jobs]
    return [work / f"{job.arch}-{job.recipe.seed}-{key}.json" for job, key in zip(jobs, keys, strict=True)]


def clear(kept: Sequence[Path]) -> None:
    """Remove the kept files, and their folder if nothing else is in it."""
    for path in kept:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in kept}:
        with suppress(OSError):
            folder.rmdir()
