# SPDX-License-Identifier: BSD-3-Clause
"""Judge a fusion model on a table of rows."""

from __future__ import annotations

from pydantic import Field

from vmaf_dnn.mcp.answer import Answer, Result
from vmaf_dnn.mcp.desk import Desk
from vmaf_dnn.mcp.tools.agreement import Agreement, judged
from vmaf_dnn.mcp.tools.arguments import Arguments, Name, Precision
from vmaf_dnn.mcp.tools.tables import Split, Table

FEATURES = "path of a parquet or CSV file: a column a feature, and the truth beside them"


class Judging(Arguments):
    """What of a table counts, and how models are opened."""

    split: Split = Field(
        "test",
        description="rows that count, by the column split, else by a digest of the column key or source",
    )
    target: str | None = Field(
        None, max_length=200, description="column of the truth; default mos, else vmaf"
    )
    precision: Precision = Field("auto", description="of the models; 'auto' as the registry says")


class Asked(Judging):
    """Arguments of the tool."""

    features: Name = Field(description=FEATURES)
    model: Name = Field(description="an id of list_models, or the path of an .onnx file")


class Found(Result, Agreement):
    """How well a model follows the truth."""

    features: str
    split: str
    target: str


def run(asked: Asked, desk: Desk) -> Answer:
    """Judge a fusion model on a table of rows: PLCC, SROCC, RMSE against the column of the truth."""
    table = Table(desk, asked.features)
    agreement, target = judged(
        desk.model("model", asked.model), asked.precision, table, asked.target, asked.split
    )
    found = Found(features=asked.features, split=asked.split, target=target, **agreement.model_dump())
    return Answer(found, f"{found.words()} Truth: {target}, split {asked.split}.")
