# SPDX-License-Identifier: BSD-3-Clause
"""What a recipe is worth on every source at hand: each is scored by a net that was fitted to others."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.files import Progress, no_progress
from vmaf_train.frames.nr_data import Frames
from vmaf_train.frames.nr_fit import NrRecipe, fit
from vmaf_train.frames.nr_graph import export
from vmaf_train.frames.nr_judge import Judgement, Scores, judge, score_frames
from vmaf_train.metrics import Agreement, agreement
from vmaf_train.study.folds import Groups
from vmaf_train.study.processes import Work, run_each

Sources = tuple[str, ...]


@dataclass(frozen=True)
class Folds:
    """What was found.

    Attributes:
        pooled: agreement of all frames at once.
        parts: the sources of each part, and what the net that had not seen them made of them.
    """

    pooled: Agreement
    parts: Sequence[tuple[Sources, Judgement]]

    @property
    def within_scenes(self) -> float:
        """Mean SROCC of all scenes."""
        return float(
            np.mean([one.srocc for _, found in self.parts for one in found.parts["by_scene"].values()])
        )

    def to_json(self) -> dict[str, object]:
        """Return the figures for a report."""
        return {
            "pooled": {**self.pooled.to_json(), "srocc_within_scenes": round(self.within_scenes, 6)},
            "parts": [{"sources": sources, **found.to_json()} for sources, found in self.parts],
        }

    def lines(self) -> list[str]:
        """Say the figures in lines for people."""
        rows = [(f"part {i}, {len(sources)} sources", one.own) for i, (sources, one) in enumerate(self.parts)]
        return [
            f"{name}: PLCC {one.plcc:.4f}, SROCC {one.srocc:.4f}, RMSE {one.rmse:.2f}, bias {one.bias:+.2f},"
            f" {one.n_rows} frames"
            for name, one in [*rows, (f"all {len(rows)} parts at once", self.pooled)]
        ]


@dataclass(frozen=True)
class _Fold:
    frames: Frames
    recipe: NrRecipe
    sources: Sources

    @property
    def is_judged(self) -> NDArray[np.bool_]:
        return np.isin(self.frames.words["source"], self.sources)


def dealt(sources: NDArray[np.str_], n_parts: int, groups: Groups) -> list[Sources]:
    """Deal the sources of frames into parts of much the same number of frames; a group stays together.

    Raises `InvalidArgument` if there are fewer contents than parts, or a group names a source that is none.
    """
    counts = dict(zip(*np.unique(sources, return_counts=True), strict=True))
    grouped = [source for group in groups.values() for source in group]
    if unknown := sorted(set(grouped) - set(counts)):
        raise InvalidArgument(
            f"The frames have no source {unknown[0]!r}, which --groups names; correct the group."
        )
    contents = [*map(tuple, groups.values()), *((str(one),) for one in counts if one not in grouped)]
    if not 2 <= n_parts <= len(contents):
        raise InvalidArgument(
            f"{len(contents)} contents can't be dealt into {n_parts} parts, expected 2 to {len(contents)};"
            " take another number of --folds, or give clips of more sources."
        )
    parts: list[list[str]] = [[] for _ in range(n_parts)]
    sizes = [0] * n_parts
    for content in sorted(contents, key=lambda one: (-sum(int(counts[name]) for name in one), one)):
        smallest = sizes.index(min(sizes))
        parts[smallest] += content
        sizes[smallest] += sum(int(counts[name]) for name in content)
    return [tuple(sorted(part)) for part in parts]


def judge_folds(
    frames: Frames,
    recipe: NrRecipe,
    parts: Sequence[Sources],
    jobs: int = 1,
    progress: Progress = no_progress,
) -> Folds:
    """Fit a net to all sources but those of a part, score these by it, and so for each part."""
    folds = [_Fold(frames, recipe, sources) for sources in parts]
    scores = np.empty(len(frames))
    found: dict[int, Judgement] = {}
    for i, of_part in run_each(Work(_scores, folds, [recipe.steps] * len(folds)), jobs, progress):
        is_judged = folds[i].is_judged
        scores[is_judged] = of_part
        found[i] = judge(frames.only(~is_judged), frames.only(is_judged), of_part)
    return Folds(agreement(scores, frames.vmaf), [(parts[i], found[i]) for i in range(len(parts))])


def _scores(fold: _Fold, progress: Progress) -> Scores:
    net = fit(fold.frames.only(~fold.is_judged), fold.recipe, progress)
    with tempfile.TemporaryDirectory(prefix="nr-fold-") as folder:
        path = Path(folder) / "net.onnx"
        export(net, path)
        return score_frames(path, fold.frames.only(fold.is_judged))
