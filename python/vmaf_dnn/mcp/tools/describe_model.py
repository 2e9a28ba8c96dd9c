# SPDX-License-Identifier: BSD-3-Clause
"""Open a model, and say what was opened and how good it is."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import Field

from vmaf_dnn.files import UnfitFile, read_bounded
from vmaf_dnn.mcp.answer import Answer, Result
from vmaf_dnn.mcp.desk import Desk
from vmaf_dnn.mcp.tools.arguments import Arguments, Name, Precision
from vmaf_dnn.registry import models, registry_path
from vmaf_dnn.session import Session

_MOST_CARD_BYTES = 1 << 18


class Asked(Arguments):
    """Arguments of the tool."""

    model: Name = Field(description="an id of list_models, or the path of an .onnx file")
    precision: Precision = Field("auto", description="'auto' as the registry says")


class Found(Result):
    """A model."""

    info: dict[str, Any] = Field(description="what a session of it opened, and why: Session.info")
    description: str
    notes: str
    license: str
    quality: dict[str, Any] = Field(description="agreement with what it stands in for, on held-out sources")
    card: str = Field(description="its model card, in Markdown; empty if there is none")


def run(asked: Asked, desk: Desk) -> Answer:
    """Open a model and say what it is: file, digest, engine, features, measured quality, model card."""
    info = Session(desk.model("model", asked.model), precision=asked.precision).info
    listed = next((model for model in models() if model.id == asked.model), None)
    sidecar = _sidecar(listed.sidecar if listed else Path(info.path).with_suffix(".json"))
    found = Found(
        info=asdict(info),
        description=_text(sidecar, "description"),
        notes=listed.notes if listed else _text(sidecar, "notes"),
        license=listed.license if listed else _text(sidecar, "license"),
        quality=sidecar["quality"] if isinstance(sidecar.get("quality"), dict) else {},
        card=_card(info.id) if listed else "",
    )
    return Answer(found, _words(found))


def _sidecar(path: Path | None) -> dict[str, Any]:
    import json

    try:
        document = json.loads(read_bounded(path, _MOST_CARD_BYTES)) if path else {}
    except (UnfitFile, ValueError, RecursionError):
        return {}  # the session has opened the model without it, or has warned
    return document if isinstance(document, dict) else {}


def _text(document: dict[str, Any], member: str) -> str:
    value = document.get(member, "")
    return value if isinstance(value, str) else ""


def _card(model_id: str) -> str:
    """Return the section of a model in the cards beside the registry."""
    for path in sorted(registry_path().parent.glob("*.md")):
        cards = read_bounded(path, _MOST_CARD_BYTES).decode(errors="replace")
        section = re.search(rf"^## {re.escape(model_id)}\n.*?(?=^## |\Z)", cards, re.MULTILINE | re.DOTALL)
        if section:
            return section[0].strip()
    return ""


def _words(found: Found) -> str:
    info = found.info
    lowest, highest = info["output_range"]
    lines = [
        f"{info['id']}: {found.description}",
        f"{info['precision']} on {info['engine']} ({info['engine_reason']}), {info['size_bytes']} bytes,"
        f" sha256 {info['sha256']}.",
        f"Features: {', '.join(info['features'])}; scores from {lowest:g} to {highest:g}.",
        found.notes,
    ]
    return "\n".join(filter(None, lines))
