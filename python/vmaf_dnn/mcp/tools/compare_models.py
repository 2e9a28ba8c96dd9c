# SPDX-License-Identifier: BSD-3-Clause
"""Compare several models, on one pair of clips or on one table."""

from __future__ import annotations

from dataclasses import asdict
from typing import Self

import numpy as np
from pydantic import BaseModel, Field, model_validator

from vmaf_dnn.errors import InvalidArgument, VmafDnnError
from vmaf_dnn.mcp.answer import Answer, Result
from vmaf_dnn.mcp.desk import Desk
from vmaf_dnn.mcp.tools.agreement import Agreement, judged
from vmaf_dnn.mcp.tools.arguments import DIS, MOST_MODELS, REF, Name, Reading
from vmaf_dnn.mcp.tools.eval_model_on_split import FEATURES, Judging
from vmaf_dnn.mcp.tools.tables import Table
from vmaf_dnn.report import Report
from vmaf_dnn.scoring import score
from vmaf_dnn.session import Session


class Asked(Reading, Judging):
    """Arguments of the tool: `ref` and `dis`, or `features`."""

    models: list[Name] = Field(
        min_length=2,
        max_length=MOST_MODELS,
        description="ids of list_models, paths of .onnx files; on a pair of clips also models of libvmaf's"
        " own, 'version=vmaf_v0.6.1'",
    )
    ref: Name | None = Field(None, description=REF)
    dis: Name | None = Field(None, description=DIS)
    features: Name | None = Field(None, description=FEATURES)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        given = [name for name in ("ref", "dis", "features") if getattr(self, name) is not None]
        if given not in (["ref", "dis"], ["features"]):
            raise ValueError("give ref and dis, or features, to compare the models on")
        return self


class OnPair(BaseModel):
    """What one model says of a pair of clips, and how far that is from what the first says."""

    model: str
    metric: str = Field(description="its name in reports")
    mean: float
    p5: float
    min: float
    mean_difference: float = Field(description="mean over frames of its score minus the first model's")
    largest_difference: float = Field(description="largest distance from it of any frame")
    largest_at: int = Field(description="number of that frame")


class Found(Result):
    """The models beside each other."""

    on_pair: list[OnPair] = Field(description="in the order asked for; empty on a table")
    ranked: list[Agreement] = Field(description="on a table, the lowest RMSE first; empty on a pair")
    errors: dict[str, str] = Field(description="why a model is in neither")


def run(asked: Asked, desk: Desk) -> Answer:
    """Compare models: frame by frame on a pair of clips (ref, dis), or on a table of rows (features)."""
    found = Found(on_pair=[], ranked=[], errors={})
    if asked.features is not None:
        _rank(asked, Table(desk, asked.features), desk, found)
    else:
        _score(asked, desk, found)
    if not (found.on_pair or found.ranked):
        raise InvalidArgument(" ".join(found.errors.values()))
    return Answer(found, "\n".join(_words(found)))


def _rank(asked: Asked, table: Table, desk: Desk, found: Found) -> None:
    for name in asked.models:
        try:
            model = desk.model("models", name)
            agreement, _ = judged(model, asked.precision, table, asked.target, asked.split)
            found.ranked.append(agreement)
        except VmafDnnError as error:
            found.errors[name] = str(error)
    found.ranked.sort(key=lambda agreement: agreement.rmse)


def _score(asked: Asked, desk: Desk, found: Found) -> None:
    assert asked.ref is not None
    assert asked.dis is not None
    ref, dist = asked.clips(desk, asked.ref, asked.dis)
    sessions, own = {}, {}
    for name in asked.models:
        try:
            if "=" in name:
                own[name] = desk.svm("models", name)
            else:
                sessions[name] = Session(desk.model("models", name), precision=asked.precision)
        except VmafDnnError as error:
            found.errors[name] = str(error)
    if not (sessions or own):
        return
    report: Report = score(
        ref,
        dist,
        tiny_model=list(sessions.values()) or None,
        svm_model=list(own.values()),
        progress=desk.follow,
        **asdict(asked.video()),
    )
    metrics = dict(zip(sessions, (model.metric for model in report.models), strict=True))
    metrics |= {name: request.name for name, request in own.items()}
    found.on_pair += _beside_the_first(
        report, {name: metrics[name] for name in asked.models if name in metrics}
    )


def _beside_the_first(report: Report, metrics: dict[str, str]) -> list[OnPair]:
    first = report.metrics[next(iter(metrics.values()))]
    beside = []
    for name, metric in metrics.items():
        difference = report.metrics[metric] - first
        row = int(np.argmax(np.abs(difference)))
        beside.append(
            OnPair(
                model=name,
                metric=metric,
                mean=report.pooled("mean", metric),
                p5=report.pooled("p5", metric),
                min=report.pooled("min", metric),
                mean_difference=float(np.mean(difference)),
                largest_difference=float(np.abs(difference[row])),
                largest_at=int(report.frame_numbers[row]),
            )
        )
    return beside


def _words(found: Found) -> list[str]:
    pairs = [
        f"{one.model}: mean {one.mean:.3f}, p5 {one.p5:.3f}, min {one.min:.3f}; from the first model"
        f" {one.mean_difference:+.3f} on average, {one.largest_difference:.3f} at most, at frame"
        f" {one.largest_at}."
        for one in found.on_pair
    ]
    failed = [f"{name} failed: {sentence}" for name, sentence in found.errors.items()]
    return [*pairs, *(agreement.words() for agreement in found.ranked), *failed]
