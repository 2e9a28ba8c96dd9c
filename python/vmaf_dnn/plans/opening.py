# SPDX-License-Identifier: BSD-3-Clause
"""The sessions of both halves, and what their sidecars state of plans."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from vmaf_dnn.errors import ModelRejected
from vmaf_dnn.files import UnfitFile, read_bounded
from vmaf_dnn.kinds import opened_as
from vmaf_dnn.registry import ResolvedModel, resolve
from vmaf_dnn.session import Session
from vmaf_dnn.signatures.policy import SignaturePolicy

Precision = Literal["auto", "fp32", "int8"]
_MOST_BYTES = 1 << 20
_SHAPES = re.compile(r"(\w+): float32 \[([0-9, ]+)\]")


@dataclass(frozen=True)
class Half:
    """An opened model: its session, the shapes of its tensors by name, and its fp32 file."""

    session: Session
    shapes: dict[str, tuple[int, ...]]
    fp32: ResolvedModel


def open_half(
    kind: str,
    example: str,
    model: str | os.PathLike[str],
    precision: Precision,
    device: str,
    registry: str | os.PathLike[str] | None,
    verify: bool | SignaturePolicy,
    tensors: dict[str, int],
) -> Half:
    """Open a model of a kind, such as `example`, with these tensors, each with so many dimensions.

    Raises what `Session` raises, `InvalidArgument` for a model of another kind, and `ModelRejected` for one
    that nobody calls so and that has other tensors.
    """

    def open_model() -> Session:
        return Session(model, precision=precision, device=device, registry=registry, verify=verify)

    session = opened_as(kind, example, model, registry, open_model)
    stated = (*session.info.inputs, *session.info.outputs)
    matches = [match for text in stated if (match := _SHAPES.fullmatch(text))]
    shapes = {match[1]: tuple(map(int, match[2].split(","))) for match in matches}
    if {name: len(shape) for name, shape in shapes.items()} != tensors or len(stated) != len(tensors):
        raise ModelRejected(
            f"{session.info.id} is no model of kind {kind}: it has {'; '.join(stated)}, expected fixed shapes"
            f" of {', '.join(tensors)}; `vmaf-dnn models` lists the kinds."
        )
    return Half(session, shapes, resolve(model, "fp32", registry))


def sidecar_of(half: Half) -> dict[str, Any]:
    """Read the sidecar. Raises `ModelRejected` if there is none, or no object in it."""
    path = half.fp32.sidecar or Path(half.session.info.path).with_name(f"{half.session.info.id}.json")
    try:
        sidecar = json.loads(read_bounded(path, _MOST_BYTES))
    except UnfitFile as error:
        raise ModelRejected(
            f"{half.session.info.id} has to state its words in {path}, which {error}; keep both files"
            " together."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ModelRejected(f"The sidecar {path} is not JSON; get the model's files again.") from error
    if not isinstance(sidecar, dict):
        raise ModelRejected(f"The sidecar {path} is not a JSON object; get the model's files again.")
    return sidecar
