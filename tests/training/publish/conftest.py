# SPDX-License-Identifier: BSD-3-Clause
"""A registry of one model, and a second model beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vmaf_train.data.table import features_of
from vmaf_train.fit.net import Checkpoint
from vmaf_train.onnx_files.export import export
from vmaf_train.publish.registry import write_registry
from vmaf_train.publish.sidecar import ModelFiles, record_quantisation, write_sidecar
from vmaf_train.quantize.quantize import drift, quantize


@pytest.fixture
def folder(exported: ModelFiles, table: Any) -> Path:
    """A folder of one quantised model with its registry."""
    rows = features_of(table)[:50]
    quantize(exported.onnx, exported.int8, rows)
    record_quantisation(exported, "dynamic", 0.01, drift(exported.onnx, exported.int8, rows))
    assert write_registry(exported.onnx.parent) == 1
    return exported.onnx.parent


@pytest.fixture
def second(folder: Path, checkpoint: Checkpoint) -> ModelFiles:
    """A model that the folder's registry does not list."""
    files = ModelFiles(folder / "a_second.onnx")
    export(checkpoint, files.onnx)
    write_sidecar(files, checkpoint, {}, provenance={})
    return files
