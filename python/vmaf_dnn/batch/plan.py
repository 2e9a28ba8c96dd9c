# SPDX-License-Identifier: BSD-3-Clause
"""Which pairs are scored together: those of one reference, a few at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from vmaf_dnn.batch.manifest import Pair
from vmaf_dnn.batch.schedule import Job
from vmaf_dnn.batch.scoring import Task, score_tasks

MOST_TOGETHER = 8  # more save little, and a try that fails costs more
_JOBS_A_WORKER = 4  # at the least, so that none is left waiting long for the last one


def jobs_of(tasks: Sequence[Task], n_workers: int) -> Iterator[Job]:
    """Group tasks whose reference is then measured once; groups come in the order of their first rows.

    Scores don't depend on the grouping: pairs whose options would let one clip decide for another are alone.
    """
    n_together = max(1, min(MOST_TOGETHER, math.ceil(len(tasks) / (_JOBS_A_WORKER * n_workers))))
    groups: dict[object, list[Task]] = {}
    for task in tasks:
        groups.setdefault(_group_of(task.pair), []).append(task)
    for group in groups.values():
        for start in range(0, len(group), n_together):
            yield Job(score_tasks, tuple(group[start : start + n_together]))


def _group_of(pair: Pair) -> object:
    options = pair.options
    if not options.may_share:
        return pair.row
    reference, distorted = pair.paths
    is_yuv = options.video.is_raw and Path(distorted).suffix.lower() == ".yuv"  # then others are not raw
    return reference, options, is_yuv
