# SPDX-License-Identifier: BSD-3-Clause
"""What a pair's scores are of: if none of it has changed, a finished pair is not scored again."""

from __future__ import annotations

import os
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from vmaf_dnn._core import __version__
from vmaf_dnn.batch.manifest import Pair, digest_of
from vmaf_dnn.batch.options import Options
from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractors.select import as_requests
from vmaf_dnn.registry import registry_path, resolve
from vmaf_dnn.svm import find_model
from vmaf_dnn.svm.request import AUTO
from vmaf_dnn.video.shaping.sequence import find_sequence


def identity_of(pair: Pair) -> str:
    """Return a digest of the pair, of the files as they are, of the models and of the program.

    Raises:
        VmafDnnError: a model can't be found.
    """
    stamps = (stamp_of(path) for path in pair.paths)
    return digest_of(pair.key.hex(), *stamps, models_of(pair.options), __version__).hex()


def look_anew() -> None:
    """Forget what files were: they may have changed."""
    for cached in (stamp_of, models_of, _digest_of):
        cached.cache_clear()


@lru_cache(maxsize=1 << 12)
def stamp_of(path: str) -> str:
    """Return a file's size and when it was changed; "" if it is not there."""
    try:
        found = Path(path).stat()
    except OSError:
        return _stamp_of_stills(path) if "%" in path else ""
    return f"{found.st_size} {found.st_mtime_ns}"


def _stamp_of_stills(path: str) -> str:
    try:
        stills = find_sequence(path)
    except VideoError:
        return ""
    if stills is None:
        return ""
    folder = Path(path).parent
    found = sorted((entry.name, entry.stat()) for entry in os.scandir(folder) if entry.is_file())
    return digest_of(*(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in found)).hex()


@lru_cache(maxsize=1 << 10)
def models_of(options: Options) -> str:
    """Return a digest of the files of all models that options ask for. Raises `VmafDnnError`."""
    words, parts = options.keywords, []
    registry = words.get("registry")
    for model in words["tiny_model"]:
        if model == AUTO:
            parts.append(_digest_of(str(registry_path(registry))))
            continue
        found = resolve(model, words.get("precision", "auto"), registry)
        parts += [found.id, found.precision, _digest_of(str(found.path))]
    for request in as_requests(words["svm_model"]):
        path = request.path or find_model(request.version or "")
        parts += [request.text, _digest_of(str(path)) if path else ""]
    return digest_of(*parts).hex()


@lru_cache(maxsize=1 << 8)
def _digest_of(path: str) -> str:
    try:
        return sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""  # opening it says why
