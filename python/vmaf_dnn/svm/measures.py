# SPDX-License-Identifier: BSD-3-Clause
"""Which of libvmaf's measures a model is over: also one that libvmaf alone can evaluate."""

from __future__ import annotations

from pathlib import Path

from vmaf_dnn.files import UnfitFile, read_bounded
from vmaf_dnn.svm.library import find_model
from vmaf_dnn.svm.request import ModelRequest

CAMBI, SPEED_CHROMA = "cambi", "speed_chroma"
_MAX_BYTES = 1 << 26


def is_over(request: ModelRequest, measure: str) -> bool:
    """Whether the model's file names features of `measure`; without a file, whether it is of VMAF v1."""
    path = request.path if request.version is None else find_model(request.version)
    return request.is_v1 if path is None else _names(path, f"{measure.capitalize()}_feature_{measure}")


def _names(path: Path, start: str) -> bool:
    """Look for the name itself: how a file nests its features differs by the kind of model."""
    try:
        return f'"{start}'.encode() in read_bounded(path, _MAX_BYTES)
    except UnfitFile:
        return False  # libvmaf will say so
