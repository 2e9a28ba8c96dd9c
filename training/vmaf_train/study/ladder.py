# SPDX-License-Identifier: BSD-3-Clause
"""Does a wider net do better? Each rung's figures over seeds, and what a step up the ladder changes.

Two rungs are compared pairwise, so that what is hard for both does not drown what sets them apart: seed by
seed over all judged rows (is it luck of the start?), and content by content (does it hold on other clips?).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

from vmaf_train.study.costs import Cost
from vmaf_train.study.judge import PARTS, Judgement

FIGURES = ("rmse", "max_error", "plcc")
CONFIDENCE = 0.95
_N_RESAMPLES = 9999
_DECIMALS = 8

Rungs = Mapping[str, Sequence[Judgement]]
"""For each architecture, in order, its judgements: one a seed."""


def climb(rungs: Rungs, costs: Sequence[Cost]) -> dict[str, Any]:
    """`rungs`: cost and figures of each; `steps`: paired differences between neighbours."""
    archs = list(rungs)
    return {
        "rungs": {
            arch: {**cost.to_json(), "figures": _by_part(rungs[arch])}
            for arch, cost in zip(archs, costs, strict=True)
        },
        "steps": [
            {"from": lower, "to": upper, "figures": _step(rungs[lower], rungs[upper])}
            for lower, upper in pairwise(archs)
        ],
    }


def _by_part(judgements: Sequence[Judgement]) -> dict[str, Any]:
    """Each figure over seeds, all judged rows at once."""
    return {
        part: {name: over_seeds(_of_seeds(judgements, part, name)) for name in FIGURES}
        for part in _present(judgements)
    }


def _step(lower: Sequence[Judgement], upper: Sequence[Judgement]) -> dict[str, Any]:
    """Return the upper rung's figure minus the lower one's: negative is better, but for PLCC."""
    found: dict[str, Any] = {}
    for part in _present(lower):
        found[part] = {}
        for name in FIGURES:
            of_seeds = _of_seeds(upper, part, name) - _of_seeds(lower, part, name)
            of_contents = _of_contents(upper, part, name) - _of_contents(lower, part, name)
            found[part][name] = {
                "over_seeds": over_seeds(of_seeds),
                "over_contents": over_contents(of_contents),
            }
    return found


def over_seeds(values: ArrayLike) -> dict[str, Any]:
    """Mean, standard deviation (ddof 1) and Student's confidence interval; both None for one seed."""
    values = np.asarray(values, np.float64)
    found: dict[str, Any] = {"mean": _rounded(values.mean()), "per_seed": _rounded(values)}
    if len(values) < 2:
        return found | {"std": None, "ci95": None}
    std = values.std(ddof=1)
    half = student.ppf((1 + CONFIDENCE) / 2, len(values) - 1) * std / np.sqrt(len(values))
    return found | {"std": _rounded(std), "ci95": _rounded(values.mean() + np.array([-half, half]))}


def over_contents(values: ArrayLike) -> dict[str, Any]:
    """Mean and percentile-bootstrap confidence interval: contents differ too much for Student's."""
    values = np.asarray(values, np.float64)
    drawn = np.random.default_rng(0).integers(len(values), size=(_N_RESAMPLES, len(values)))
    tail = (1 - CONFIDENCE) / 2
    interval = np.quantile(values[drawn].mean(axis=1), [tail, 1 - tail])
    return {"mean": _rounded(values.mean()), "ci95": _rounded(interval), "n_contents": len(values)}


def _present(judgements: Sequence[Judgement]) -> list[str]:
    return [part for part in PARTS if part in judgements[0].pooled]


def _of_seeds(judgements: Sequence[Judgement], part: str, name: str) -> NDArray[np.float64]:
    return np.array([one.pooled[part][name] for one in judgements])


def _of_contents(judgements: Sequence[Judgement], part: str, name: str) -> NDArray[np.float64]:
    """Means over seeds."""
    contents = [content for content, parts in judgements[0].by_content.items() if part in parts]
    table = [[one.by_content[content][part][name] for content in contents] for one in judgements]
    return np.asarray(np.mean(table, axis=0))


def _rounded(value: float | NDArray[np.float64]) -> Any:
    return np.asarray(value).round(_DECIMALS).tolist()


def ladder_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """One aligned line a rung, then one a step."""
    yield (
        f"{'net':18} {'params':>6} {'bytes':>6} {'us/row':>6} {'PLCC':>9} {'RMSE':>7} {'±':>6} {'largest':>8}"
        f"   ordinary  odd (RMSE)"
    )
    for arch, rung in found["rungs"].items():
        parts = rung["figures"]
        plcc, rmse, largest = (parts["overall"][name] for name in ("plcc", "rmse", "max_error"))
        ordinary, odd = (f"{parts[part]['rmse']['mean']:.3f}" if part in parts else "-" for part in PARTS[1:])
        yield (
            f"{arch:18} {rung['n_params']:6} {rung['file_bytes']:6} {rung['one_row_us']:6.2f}"
            f" {plcc['mean']:9.6f} {rmse['mean']:7.3f} {rmse['std'] or 0:6.3f} {largest['mean']:8.2f}"
            f"   {ordinary:>8}  {odd}"
        )
    for step in found["steps"]:
        rmse = step["figures"]["overall"]["rmse"]
        yield (
            f"{step['from']} to {step['to']}: RMSE {_interval(rmse['over_seeds'])} over seeds,"
            f" {_interval(rmse['over_contents'])} over {rmse['over_contents']['n_contents']} contents"
        )


def _interval(difference: Mapping[str, Any]) -> str:
    """`-0.080 (-0.090..-0.070)`."""
    mean, interval = difference["mean"], difference["ci95"]
    return f"{mean:+.3f}" + (f" ({interval[0]:+.3f}..{interval[1]:+.3f})" if interval else "")
