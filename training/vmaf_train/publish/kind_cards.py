# SPDX-License-Identifier: BSD-3-Clause
"""`README.md` of a folder whose models take no rows: one card each, every figure from a sidecar or a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.files import read_json, write_bytes
from vmaf_train.publish.cards import files_table, markdown_table
from vmaf_train.publish.quality import COLUMNS, sentence
from vmaf_train.publish.registry import models_in
from vmaf_train.publish.sidecar import ModelFiles

Json = Mapping[str, Any]
CARDS = "README.md"
_HEADER = """\
# Model cards

Written by `vmaf-train registry --cards`; every figure is measured, on what no model was trained on.

{table}
"""
_ABOUT = {
    "filter": "A plane in, a plane of the same size out: float32, 0 to 1.",
    "nr": "A tile of luma in, its score out, without a reference.",
    "plan": "A picture in, a few vectors out that say what is on it.",
    "words": "A plan and the words so far in, a score of each next word out.",
}


def write_kind_cards(folder: Path) -> Path:
    """Write the cards of all models of a folder, and return their file.

    Raises `InvalidArgument` for a folder with a fusion model, whose cards are the build's.
    """
    sidecars = {files: read_json(files.sidecar) for files in models_in(folder)}
    if any(sidecar["kind"] == "fr" for sidecar in sidecars.values()):
        raise InvalidArgument(
            f"{folder} has fusion models, whose cards `vmaf-train all` writes from its report; leave --cards"
            " out."
        )
    head = ("model", "kind", "precision", "bytes", *COLUMNS.values())
    rows = [row for files, sidecar in sidecars.items() for row in _summary(files, sidecar)]
    cards = "".join(_card(files, sidecar) for files, sidecar in sidecars.items())
    path = folder / CARDS
    write_bytes(path, _HEADER.format(table=markdown_table(*_without_empty(head, rows))) + cards)
    return path


def _summary(files: ModelFiles, sidecar: Json) -> Iterator[Sequence[str]]:
    for precision, file in (("fp32", files.onnx), ("int8", files.int8)):
        if file.is_file():
            found = sidecar.get("quality", {}).get(precision, {})
            figures = [f"{found[name]:.4f}" if name in found else "" for name in COLUMNS]
            yield f"`{files.id}`", sidecar["kind"], precision, str(file.stat().st_size), *figures


def _without_empty(
    head: Sequence[str], rows: Iterable[Sequence[str]]
) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Leave out the columns that no row fills, and put a dash where some do."""
    columns = [column for column in zip(head, *rows, strict=True) if any(column[1:])]
    first, *others = zip(*columns, strict=True)
    return first, [[cell or "-" for cell in row] for row in others]


def _card(files: ModelFiles, sidecar: Json) -> str:
    record = read_json(files.training) if files.training.is_file() else {}
    mode = sidecar["quant_mode"]
    runs = "fp32" if mode == "fp32" else f"int8 (`{mode}`)"
    paragraphs = [
        sidecar.get("description", ""),
        f"{_ABOUT[sidecar['kind']]} `{_value(sidecar, 'input')}` → `{_value(sidecar, 'output')}`."
        f' `{sidecar["arch"]}`, {sidecar["n_params"]} parameters; `precision="auto"` runs {runs}.',
        *record.get("card", ()),
        f"{sentence(sidecar['quality'])} {_drift(sidecar)}" if "quality" in sidecar else _drift(sidecar),
        sidecar.get("notes", ""),
        files_table(files),
        _reproduce(sidecar),
    ]
    return "".join(f"\n{text}\n" for text in (f"## {files.id}", *paragraphs) if text)


def _value(sidecar: Json, side: str) -> str:
    sizes = ", ".join("any" if size == -1 else str(size) for size in sidecar[f"{side}_shape"])
    return f"{sidecar[f'{side}_name']} [{sizes}]"


def _drift(sidecar: Json) -> str:
    moved = sidecar.get("int8_drift")
    if not moved:
        return "There is no int8 file."
    return (
        f"int8 moves what comes out by {moved['mean_abs']:.4g} on average and {moved['max_abs']:.4g} at most"
        f" (PLCC {moved['plcc']:.6f}, of {moved['n_rows']})."
    )


def _reproduce(sidecar: Json) -> str:
    words = (sidecar["run_provenance"] or {}).get("argv", [])
    command = " ".join(word for word in words if word != "--force")
    return f"Made by `{command}`; how it went stands in `{sidecar['training']}`." if command else ""
