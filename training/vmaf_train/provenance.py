# SPDX-License-Identifier: BSD-3-Clause
"""The `run_provenance` block: which program made a file, from what, with which arguments.

Paths are relative to the project (the folder above that holds `pyproject.toml`); a file outside it is
named relative to its own data folder, so no block tells where on a machine things lay.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vmaf_train.files import sha256_of

SCHEMA = "ai-run-provenance-v1"
PROJECT_MARK = "pyproject.toml"
Files = Mapping[str, "Path | Sequence[Path] | None"]


@dataclass(frozen=True)
class Run:
    """One invocation of a command: its words and what they were parsed to."""

    entrypoint: Path
    argv: tuple[str, ...]
    args: Mapping[str, object]

    def provenance(self, inputs: Files, outputs: Files) -> dict[str, object]:
        """Return the block, with a sha256 for each file of `inputs` and `outputs` that exists."""
        return {
            "schema": SCHEMA,
            "entrypoint": _describe(self.entrypoint, name=f"vmaf_train/{self.entrypoint.name}"),
            "argv": [_plain_word(word) for word in self.argv],
            "args": {key: _plain(value) for key, value in sorted(self.args.items())},
            "inputs": {key: _describe_all(value) for key, value in inputs.items()},
            "outputs": {key: _describe_all(value) for key, value in outputs.items()},
        }


def relative_name(path: Path) -> str:
    """`path` without the machine: relative to the project that holds it, else its last component."""
    path = Path(os.path.abspath(path))  # without `..`, and without following links
    for folder in path.parents:
        if (folder / PROJECT_MARK).is_file():
            return path.relative_to(folder).as_posix()
    return path.name


def _describe_all(value: Path | Sequence[Path] | None) -> object:
    if value is None or isinstance(value, Path):
        return value and _describe(value)
    return [_describe(path) for path in value]


def _describe(path: Path, name: str | None = None) -> dict[str, object]:
    kind = "file" if path.is_file() else "directory" if path.is_dir() else "missing"
    digest = sha256_of(path) if kind == "file" else None
    return {"path": name or relative_name(path), "exists": path.exists(), "kind": kind, "sha256": digest}


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return relative_name(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _plain_word(word: str) -> str:
    option, equals, value = word.partition("=")
    if equals and Path(value).is_absolute():
        return f"{option}={relative_name(Path(value))}"
    return relative_name(Path(word)) if Path(word).is_absolute() else word
