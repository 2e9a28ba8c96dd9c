# SPDX-License-Identifier: BSD-3-Clause
"""What a worker does: it scores the pairs of one reference together, and gives each as it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vmaf_dnn.batch.failure import Failure
from vmaf_dnn.batch.manifest import Pair
from vmaf_dnn.batch.pair_result import Summary
from vmaf_dnn.batch.parts import TooLong, measure_if_short
from vmaf_dnn.batch.warned import collected
from vmaf_dnn.errors import ClipWarning, VideoError
from vmaf_dnn.extractors.measuring import Measure
from vmaf_dnn.floats import default_floats
from vmaf_dnn.report import Report
from vmaf_dnn.scoring import score

TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class Task:
    """One pair to score.

    Attributes:
        pair: the clips and options; of one job all have the reference and the options of the first.
        identity: what is scored.
        with_report: whether its own report is wanted.
        longest_s: how long it may be to be scored in one piece; None: as long as it likes.
    """

    pair: Pair
    identity: str
    with_report: bool = False
    longest_s: float | None = None


@dataclass(frozen=True)
class Scored:
    """A pair's file, and its own report if it is wanted."""

    content: bytes
    report: str | None = None


def score_tasks(tasks: Sequence[Task]) -> list[Scored | Failure | str]:
    """Score pairs of one reference and equal options: each one's result, its failure, or `TOO_LONG`."""
    longest_s = tasks[0].longest_s
    measure = None if longest_s is None else measure_if_short(longest_s)
    try:
        return scored(tasks, measure)
    except TooLong:
        return [TOO_LONG] * len(tasks)


@default_floats()
def scored(tasks: Sequence[Task], measure: Measure | None = None) -> list[Scored | Failure | str]:
    """Score pairs together, measured by `measure` if it is given. Raises `VmafDnnError` if none can be."""
    for task in tasks:
        task.pair.check_files()  # what was a file, or is seen from another machine
    reference = tasks[0].pair.paths[0]
    clips = [task.pair.paths[1] for task in tasks]
    failures: dict[str, Failure] = {}

    def drop(clip: Any, error: VideoError) -> None:
        failures[str(clip)] = Failure.of(error)

    keywords = tasks[0].pair.options.keywords | {"measure": measure}
    with collected() as warned:
        if len(clips) == 1:
            reports = [score(reference, clips[0], **keywords)]
        else:
            reports = score(reference, clips, on_misfit=drop, **keywords)
    left = iter(reports)
    return [
        failures[clip] if clip in failures else _kept(task, next(left), _of_clip(warned, clip))
        for task, clip in zip(tasks, clips, strict=True)
    ]


def _of_clip(warned: Sequence[Warning], clip: str) -> list[str]:
    """Return those that are of a clip, or of no one's in particular."""
    return [
        str(warning) for warning in warned if not isinstance(warning, ClipWarning) or warning.clip == clip
    ]


def _kept(task: Task, report: Report, warned: Sequence[str]) -> Scored:
    assert report.clips is not None
    names = replace(report.clips, reference=task.pair.reference, distorted=task.pair.distorted)
    report = replace(report, fps=None, clips=names)
    text = report.to_json() if task.with_report else None
    return Scored(Summary.of(task.identity, report, warned).to_bytes(report), text)
