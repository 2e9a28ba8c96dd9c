# SPDX-License-Identifier: BSD-3-Clause
"""Devices through the C API, on the ONNX Runtime of the machine and on one that says it has others."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import onnxruntime
import pytest

import vmaf_dnn
from tests.support import make_filters, make_models
from tests.support.c_programs import build_program, run
from tests.support.paths import C_SOURCES
from vmaf_dnn.cli.flags.opening import DEVICES

RUNTIME = f"ONNX Runtime {onnxruntime.__version__}"
MODELS = {"filter": make_filters.blur(), "rows": make_models.mean_of_six()}
NO_CUDA = (
    f"Could not choose a CUDA device: {RUNTIME} says: there is no such device; "
    "it logged: the driver has device 1 only"
)


def no_unit(label: str) -> str:
    return f"Could not attach {label}: {RUNTIME} says: this machine has no such unit"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_program(C_SOURCES / "device.c", tmp_path_factory.mktemp("c"))


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The environment in which ONNX Runtime says it has other devices."""
    library = tmp_path_factory.mktemp("fake") / "libonnxruntime.so"
    run("cc", "-shared", "-fPIC", C_SOURCES / "fake_runtime.c", "-o", library, "-ldl")
    return {"VMAF_DNN_ORT_LIBRARY": str(library), "REAL_ONNXRUNTIME": vmaf_dnn.runtime_info().library}


def write(folder: Path, name: str) -> Path:
    path = folder / f"{name}.onnx"
    path.write_bytes(MODELS[name])
    return path


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return write(tmp_path, request.param)


def test_a_device_that_is_there_is_attached(program: Path, model: Path, fake: dict[str, Any]) -> None:
    said = run(program, model, DEVICES.index("cuda"), 1, 1, **fake)
    assert said == "cuda, CUDA by onnxruntime: cuda was asked for\n"


def test_a_device_that_fails_leaves_the_cpu(program: Path, model: Path, fake: dict[str, Any]) -> None:
    said = run(program, model, DEVICES.index("cuda"), 0, 0, **fake)
    engine = "fused" if model.stem == "rows" else "onnxruntime"
    assert said == f"cuda, CPU by {engine}: cuda was asked for, but {NO_CUDA}\n"


def test_strict_device_refuses_to_fall_back(program: Path, model: Path, fake: dict[str, Any]) -> None:
    said = run(program, model, DEVICES.index("cuda"), 0, 1, **fake)
    assert said == f"95 strict_device: cuda was asked for, but {NO_CUDA}; ask for cpu or auto.\n"


@pytest.mark.parametrize(
    ("word", "attached"),
    [
        ("openvino", f"OpenVINO:CPU by onnxruntime: openvino was asked for; {no_unit('OpenVINO:GPU')}"),
        ("openvino-cpu", "OpenVINO:CPU by onnxruntime: openvino-cpu was asked for"),
        ("openvino-gpu", f"CPU by onnxruntime: openvino-gpu was asked for, but {no_unit('OpenVINO:GPU')}"),
        ("openvino-npu", f"CPU by onnxruntime: openvino-npu was asked for, but {no_unit('OpenVINO:NPU')}"),
        ("coreml-ane", "CoreML:ANE by onnxruntime: coreml-ane was asked for"),
        ("coreml-gpu", f"CPU by onnxruntime: coreml-gpu was asked for, but {no_unit('CoreML:GPU')}"),
        ("coreml-cpu", f"CPU by onnxruntime: coreml-cpu was asked for, but {no_unit('CoreML:CPU')}"),
        (
            "auto",
            f"CPU by onnxruntime: auto: {NO_CUDA}; {no_unit('OpenVINO:GPU')}; Could not attach CoreML: "
            f"{RUNTIME} says: its settings are not understood",
        ),
        ("cpu", "CPU by onnxruntime: cpu was asked for"),
    ],
)
def test_each_device_word_asks_for_its_provider(
    program: Path, tmp_path: Path, fake: dict[str, Any], word: str, attached: str
) -> None:
    said = run(program, write(tmp_path, "filter"), DEVICES.index(word), 0, 0, **fake)
    assert said == f"{word}, {attached}\n"


def test_python_warns_of_a_device_that_is_not_there_only(tmp_path: Path, fake: dict[str, Any]) -> None:
    code = "import vmaf_dnn; print(vmaf_dnn.Session({!r}, device={!r}).info.device_attached)"
    python = [sys.executable, "-W", "error", "-c"]
    path = str(write(tmp_path, "filter"))
    assert run(*python, code.format(path, "openvino-cpu"), **fake) == "OpenVINO:CPU\n"
    with pytest.raises(AssertionError, match="RuntimeWarning: filter: openvino-gpu was asked for, but "):
        run(*python, code.format(path, "openvino-gpu"), **fake)


def test_auto_leaves_rows_on_the_cpu(program: Path, tmp_path: Path, fake: dict[str, Any]) -> None:
    said = run(program, write(tmp_path, "rows"), DEVICES.index("auto"), 1, 0, **fake)
    assert said.startswith("auto, CPU by fused: auto: a fusion model is too small")


def test_a_runtime_without_the_device_is_named(program: Path, model: Path) -> None:
    lack = f"cuda was asked for, but {RUNTIME} has no CUDAExecutionProvider (it has "
    engine = "fused" if model.stem == "rows" else "onnxruntime"
    assert run(program, model, DEVICES.index("cuda"), 0, 0).startswith(f"cuda, CPU by {engine}: {lack}")
    assert run(program, model, DEVICES.index("cuda"), 0, 1).startswith(f"95 strict_device: {lack}")


def test_a_missing_runtime_is_named(program: Path, tmp_path: Path) -> None:
    nowhere: dict[str, Any] = {"VMAF_DNN_ORT_LIBRARY": "/nowhere/libonnxruntime.so"}
    said = run(program, write(tmp_path, "rows"), DEVICES.index("cuda"), 0, 0, **nowhere)
    missing = "cuda was asked for, but No usable ONNX Runtime library was found."
    assert said.startswith(f"cuda, CPU by fused: {missing}")
