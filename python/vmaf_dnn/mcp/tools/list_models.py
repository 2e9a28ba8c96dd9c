# SPDX-License-Identifier: BSD-3-Clause
"""List the registry."""

from __future__ import annotations

from pydantic import BaseModel, Field

from vmaf_dnn.mcp.answer import Answer, Result
from vmaf_dnn.mcp.desk import Desk
from vmaf_dnn.mcp.tools.arguments import Arguments
from vmaf_dnn.registry import DEFAULT_MODEL, ModelInfo, models


class Asked(Arguments):
    """Arguments of the tool: none."""


class Listed(BaseModel):
    """A model of the registry."""

    id: str
    kind: str = Field(description="fr: it scores with a reference")
    description: str
    notes: str = Field(description="its quality on held-out sources, and what else to know")
    precision: str = Field(description="what precision 'auto' opens: fp32 or int8")
    arch: str
    n_params: int | None
    features: list[str]
    license: str

    @classmethod
    def of(cls, model: ModelInfo) -> Listed:
        """Take what clients choose by."""
        is_int8 = model.quant_mode != "fp32" and model.int8_path is not None
        return cls(
            id=model.id,
            kind=model.kind,
            description=model.description,
            notes=model.notes,
            precision="int8" if is_int8 else "fp32",
            arch=model.arch,
            n_params=model.n_params,
            features=list(model.features),
            license=model.license,
        )


class Found(Result):
    """What the registry lists."""

    default: str = Field(description="what vmaf_score takes if no model is named")
    models: list[Listed]


def run(asked: Asked, desk: Desk) -> Answer:
    """List the fusion models that can score, with their quality; each id goes as `tiny_model`."""
    found = Found(default=DEFAULT_MODEL, models=[Listed.of(model) for model in models()])
    words = [f"{model.id} ({model.precision}): {model.description}" for model in found.models]
    return Answer(found, "\n".join([*words, f"The default is {found.default}."]))
