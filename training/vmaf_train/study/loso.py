# SPDX-License-Identifier: BSD-3-Clause
"""Leave one content out: what a model's figures are on content that it has never seen.

Every content of the table has its turn, with nets and a scaler that know nothing of it. The figures are
laid out as the published ones are: by fold, then their mean and standard deviation over folds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from vmaf_train.study.judge import PARTS, Judgement, Parts

FIGURES = ("plcc", "srocc", "rmse", "max_error")
_DECIMALS = 8
_SUMMARY_LINES = (
    ("mean over folds", "overall", "mean"),
    ("± over folds", "overall", "std"),
    ("± over seeds, of that mean", "over_seeds", "std"),
)
Figures = dict[str, float]


def summary(seeds: Sequence[int], judgements: Sequence[Judgement]) -> dict[str, Any]:
    """Per fold over seeds, per seed over folds, and over both.

    `per_fold` holds each fold's rows and the mean of its figures over seeds; `per_seed` and `overall` hold
    means and standard deviations (ddof 1) over folds; `over_seeds` those of the seeds' means. `pooled` is
    over all judged rows at once, by `PARTS`, with the mean over seeds.
    """
    folds = list(judgements[0].by_content)
    by_seed = [{fold: one.by_content[fold]["overall"] for fold in folds} for one in judgements]
    per_fold = {fold: _mean([one[fold] for one in by_seed]) for fold in folds}
    per_seed = {str(seed): spread(list(one.values())) for seed, one in zip(seeds, by_seed, strict=True)}
    of_seeds = [{name: figures[f"mean_{name}"] for name in FIGURES} for figures in per_seed.values()]
    return {
        "per_fold": per_fold,
        "per_seed": per_seed,
        "overall": spread(list(per_fold.values())),
        "over_seeds": spread(of_seeds),
        "pooled": pooled(judgements),
    }


def pooled(judgements: Sequence[Judgement]) -> Parts:
    """Figures over all judged rows at once: the mean over seeds, and the largest error of any."""
    present = [part for part in PARTS if part in judgements[0].pooled]
    found = {part: _mean([one.pooled[part] for one in judgements]) for part in present}
    for part, figures in found.items():
        figures["max_error"] = max(one.pooled[part]["max_error"] for one in judgements)
    return found


def spread(many: Sequence[Mapping[str, float]]) -> Figures:
    """`mean_plcc`, `std_plcc` and so on; the standard deviation of one is 0."""
    found = {}
    for name in FIGURES:
        values = [one[name] for one in many]
        found[f"mean_{name}"] = round(float(np.mean(values)), _DECIMALS)
        found[f"std_{name}"] = round(float(np.std(values, ddof=1)), _DECIMALS) if len(values) > 1 else 0.0
    return found


def table_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the folds and their mean ± standard deviation, aligned."""
    yield f"{'left out':32} {'rows':>6} {'PLCC':>9} {'SROCC':>9} {'RMSE':>7} {'largest':>8}"
    for fold, figures in report["per_fold"].items():
        yield _line(_short(fold), figures)
    for label, group, name in _SUMMARY_LINES:
        yield _line(label, {key: report[group][f"{name}_{key}"] for key in FIGURES})
    for part, figures in report["pooled"].items():
        yield _line({"overall": "all rows at once"}.get(part, f"... of them {part}"), figures)


def _line(name: str, figures: Mapping[str, float]) -> str:
    n_rows = f"{figures['n_rows']:6.0f}" if "n_rows" in figures else " " * 6
    plcc, srocc, rmse, largest = (figures[key] for key in FIGURES)
    return f"{name:32} {n_rows} {plcc:9.6f} {srocc:9.6f} {rmse:7.3f} {largest:8.2f}"


def _mean(many: Sequence[Mapping[str, float]]) -> Figures:
    means = {key: round(float(np.mean([one[key] for one in many])), _DECIMALS) for key in many[0]}
    return means | {"n_rows": int(many[0]["n_rows"])}


def _short(name: str) -> str:
    """Return the file's name of a source that is a path, at most as wide as the table's column."""
    return name.rpartition("/")[2][-32:]
