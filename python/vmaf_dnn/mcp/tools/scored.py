# SPDX-License-Identifier: BSD-3-Clause
"""Scores of a pair as a result: what several tools give."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Self

from pydantic import BaseModel, Field

from vmaf_dnn.errors import VideoError
from vmaf_dnn.mcp.answer import Result
from vmaf_dnn.report import Report

Number = float | None


class WorstFrame(BaseModel):
    """One of the worst frames."""

    frame_number: int = Field(description="counted from 0")
    time_s: Number = Field(description="seconds from frame 0; null if no clip states a frame rate")
    score: Number
    metrics: dict[str, Number] = Field(description="all that was measured of the frame")


class ScoredFrame(BaseModel):
    """The scores of one frame."""

    frame_number: int
    scores: dict[str, Number]


class Scored(Result):
    """Scores of a pair of clips."""

    ref: str
    dis: str
    score: Number = Field(description="the headline: the first of `scores`")
    metric: str = Field(description="the model that gave it")
    pool: str = Field(description="how it is pooled over frames")
    scores: dict[str, Number] = Field(description="of every model, pooled so")
    pooled: dict[str, dict[str, Number]] = Field(
        description="every score and feature, pooled as min, max, mean, harmonic_mean, p1 … worst_second"
    )
    n_frames: int = Field(description="frames scored")
    width: int
    height: int
    models: list[dict[str, Any]] = Field(description="the fusion models: what was opened, and why")
    clips: dict[str, dict[str, Any]] = Field(description="what the clips state of themselves")
    version: str = Field(description="who measured and scored")
    worst: list[WorstFrame]
    frames: list[ScoredFrame] = Field(description="empty unless asked for")

    @classmethod
    def of(cls, report: Report, pool: str, n_worst: int, most_frames: int = 0) -> Self:
        """Take what is asked for from a report."""
        report = replace(report, pool=pool)
        n_frames = len(report.frame_numbers)
        if most_frames and n_frames > most_frames:
            raise VideoError(
                f"{n_frames} frames were scored, and {most_frames} are listed at most; leave frames out, or"
                " state a larger subsample."
            )
        clips = report.clips.as_dict() if report.clips else {}
        return cls(
            ref=str(clips["reference"]["name"]) if clips else "",
            dis=str(clips["distorted"]["name"]) if clips else "",
            score=report.score,
            metric=report.score_names[0],
            pool=pool,
            scores=dict(report.scores),
            pooled={
                name: {**four, **report.statistics[name]} for name, four in report.pooled_metrics.items()
            },
            n_frames=n_frames,
            width=report.width,
            height=report.height,
            models=report.tiny_models,
            clips=clips,
            version=report.version,
            worst=[WorstFrame.model_validate(asdict(frame)) for frame in report.worst(n_worst)],
            frames=_frames(report) if most_frames else [],
        )


def _frames(report: Report) -> list[ScoredFrame]:
    columns = [(name, report.metrics[name].tolist()) for name in report.score_names]
    return [
        ScoredFrame(frame_number=number, scores={name: values[row] for name, values in columns})
        for row, number in enumerate(report.frame_numbers.tolist())
    ]


def scored_words(found: Scored) -> str:
    """Say it for people."""
    lines = [
        f"{found.dis} against {found.ref}: {_spelt(found.score)} ({found.pool} of {found.metric} over"
        f" {found.n_frames} frames of {found.width}x{found.height})."
    ]
    others = [f"{name} {_spelt(value)}" for name, value in found.scores.items() if name != found.metric]
    lines += [f"Other scores: {', '.join(others)}."] if others else []
    pooled = found.pooled[found.metric]
    lines.append("Poolings: " + ", ".join(f"{name} {_spelt(value)}" for name, value in pooled.items()) + ".")
    if found.worst:
        lines.append("Worst frames: " + "; ".join(map(worst_words, found.worst)) + ".")
    return "\n".join(lines)


def worst_words(frame: WorstFrame) -> str:
    """Say which frame, when, how bad."""
    when = "" if frame.time_s is None else f" at {frame.time_s:.2f} s"
    return f"frame {frame.frame_number}{when}: {_spelt(frame.score)}"


def _spelt(value: Number) -> str:
    return "none" if value is None else f"{value:.3f}"
