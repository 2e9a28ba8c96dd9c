# SPDX-License-Identifier: BSD-3-Clause
"""Which reference clips there are: a CSV manifest, or just a folder of clips."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from vmaf_dnn.errors import InvalidArgument

CLIP_SUFFIXES = frozenset((".mkv", ".mp4", ".mov", ".webm", ".y4m", ".avi", ".ts"))
REQUIRED = ("scene", "file", "source_repo", "source_path")


@dataclass(frozen=True)
class Clip:
    """One reference clip. Clips cut from one piece of content share a `source`; splits go by source."""

    scene: str
    source: str
    kind: str
    path: Path


def read_clips(where: Path) -> list[Clip]:
    """Return the clips of a manifest file or of a folder, sorted by scene.

    A manifest is a CSV with the columns scene, file (relative to the manifest), source_repo and
    source_path, and optionally kind. In a folder each clip is a scene and a source of its own.
    Raises `InvalidArgument` if there is nothing there, a column is missing or a scene stands twice.
    """
    clips = _from_folder(where) if where.is_dir() else _from_manifest(where)
    if not clips:
        expected = f"clips ({', '.join(sorted(CLIP_SUFFIXES))})" if where.is_dir() else "one line a clip"
        raise InvalidArgument(f"{where} names no clip, expected {expected}; give another --manifest.")
    scenes = [clip.scene for clip in clips]
    if twice := sorted({scene for scene in scenes if scenes.count(scene) > 1}):
        raise InvalidArgument(
            f"{where} has the scene {twice[0]!r} more than once; give each clip its own name."
        )
    return sorted(clips, key=lambda clip: clip.scene)


def _from_folder(folder: Path) -> list[Clip]:
    files = [path for path in folder.iterdir() if path.suffix.lower() in CLIP_SUFFIXES]
    return [Clip(path.stem, path.stem, "other", path) for path in files]


def _from_manifest(path: Path) -> list[Clip]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            lines = list(reader)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgument(
            f"Can't read the manifest {path}: {error}; give a CSV file or a folder."
        ) from error
    if missing := [column for column in REQUIRED if column not in (reader.fieldnames or ())]:
        raise InvalidArgument(
            f"The manifest {path} lacks the column {missing[0]!r}; it needs {', '.join(REQUIRED)}."
        )
    return [_clip(path.parent, line) for line in lines]


def _clip(folder: Path, line: dict[str, str]) -> Clip:
    source = f"{line['source_repo']}/{line['source_path']}"
    return Clip(line["scene"], source, line.get("kind") or "other", folder / line["file"])
