# SPDX-License-Identifier: BSD-3-Clause
"""Devices through the C API, on the ONNX Runtime of the machine and on one that says it has CUDA."""

from __future__ import annotations

from pathlib import Path

import make_filters
import make_models
import onnxruntime
import pytest
from c_programs import SOURCES, build_program, run

import vmaf_dnn

RUNTIME = f"ONNX Runtime {onnxruntime.__version__}"
MODELS = {"filter": make_filters.blur(), "rows": make_models.mean_of_six()}
NO_DEVICE = (
    f"cuda was asked for, but Could not choose a CUDA device: {RUNTIME} says: there is no such device; "
    "it logged: the driver has device 1 only"
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_program(SOURCES / "device.c", tmp_path_factory.mktemp("c"))


@pytest.fixture(scope="module")
def with_cuda(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    library = tmp_path_factory.mktemp("fake") / "libonnxruntime.so"
    run("cc", "-shared", "-fPIC", SOURCES / "fake_cuda.c", "-o", library, "-ldl")
    return {"VMAF_DNN_ORT_LIBRARY": str(library), "REAL_ONNXRUNTIME": vmaf_dnn.runtime_info().library}


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"{request.param}.onnx"
    path.write_bytes(MODELS[request.param])
    return path


def test_a_device_that_is_there_is_attached(program: Path, model: Path, with_cuda: dict[str, str]) -> None:
    assert run(program, model, 1, 1, **with_cuda) == "CUDA by onnxruntime: cuda was asked for\n"


def test_a_device_that_fails_leaves_the_cpu(program: Path, model: Path, with_cuda: dict[str, str]) -> None:
    assert run(program, model, 0, 0, **with_cuda) == f"CPU by onnxruntime: {NO_DEVICE}\n"


def test_strict_device_refuses_to_fall_back(program: Path, model: Path, with_cuda: dict[str, str]) -> None:
    said = run(program, model, 0, 1, **with_cuda)
    assert said == f"95 strict_device: {NO_DEVICE}; ask for cpu or auto.\n"


def test_a_runtime_without_the_device_is_named(program: Path, model: Path) -> None:
    lack = f"cuda was asked for, but {RUNTIME} has no CUDAExecutionProvider (it has "
    engine = "fused" if model.stem == "rows" else "onnxruntime"
    assert run(program, model, 0, 0).startswith(f"CPU by {engine}: {lack}")
    assert run(program, model, 0, 1).startswith(f"95 strict_device: {lack}")


def test_a_missing_runtime_is_named(program: Path, tmp_path: Path) -> None:
    model = tmp_path / "rows.onnx"
    model.write_bytes(MODELS["rows"])
    said = run(program, model, 0, 0, VMAF_DNN_ORT_LIBRARY="/nowhere/libonnxruntime.so")
    assert said.startswith("CPU by fused: cuda was asked for, but No usable ONNX Runtime library was found.")
