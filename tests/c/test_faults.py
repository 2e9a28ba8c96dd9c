# SPDX-License-Identifier: BSD-3-Clause
"""The system or ONNX Runtime fails, at each point once: a sentence, and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

import vmaf_dnn
from tests.support import make_models
from tests.support.c_programs import LIBRARY, PACKAGE, STRICT, run
from tests.support.json_files import edit_json
from tests.support.paths import C_SOURCES, ROOT
from vmaf_dnn import RuntimeFailure, Session


def model_folder(folder: Path) -> Path:
    """A folder that holds the model "m", its sidecar and its registry."""
    shipped = vmaf_dnn.models()[1]
    assert shipped.sidecar is not None
    (folder / "m.json").write_bytes(shipped.sidecar.read_bytes())
    edit_json(folder / "m.json", id="m")
    entry = make_models.write_entry(folder, "m", shipped.path.read_bytes())
    make_models.write_registry(folder, [entry])
    return folder


def test_opening_survives_the_failure_of_each_allocation_and_read(tmp_path: Path) -> None:
    program = tmp_path / "faults"
    source = C_SOURCES / "faults.c"
    run("cc", "-std=gnu99", *STRICT, source, "-o", program, LIBRARY, f"-Wl,-rpath,{PACKAGE}", "-ldl")
    folder = tmp_path / "models"
    folder.mkdir()
    said = run(program, model_folder(folder), vmaf_dnn.models()[0].path)
    n_allocations, n_reads = (int(word) for word in said.split() if word.isdecimal())
    assert n_allocations > 100
    assert n_reads == 3  # registry, sidecar, model: each whole in one


@pytest.fixture(scope="module")
def failing_runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("runtime") / "libonnxruntime.so"
    source = C_SOURCES / "failing_runtime.cc"
    run("c++", "-std=c++17", "-shared", "-fPIC", f"-I{ROOT / 'csrc'}", source, "-o", library)
    return library


@pytest.mark.parametrize(
    ("fail_at", "action"),
    [
        ("env", "start ONNX Runtime"),
        ("options", "make session options"),
        ("session", "load the model "),
        ("value", "wrap a tensor"),
        ("run", "score feature rows"),
    ],
)
def test_failing_runtime_is_told_and_leaves_nothing(failing_runtime: Path, fail_at: str, action: str) -> None:
    code = (
        "import ctypes, os, vmaf_dnn\n"
        "def score(): vmaf_dnn.Session('vmaf_tiny_v2', engine='onnxruntime').run([[0.5] * 6])\n"
        "try: score()\n"
        "except vmaf_dnn.VmafDnnError as error: print(type(error).__name__, error)\n"
        f"print(ctypes.CDLL({str(failing_runtime)!r}).n_live())"
    )
    environment = os.environ | {"FAIL_AT": fail_at, "VMAF_DNN_ORT_LIBRARY": str(failing_runtime)}
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    sentence, n_live = result.stdout.splitlines()
    assert sentence.startswith("RuntimeMissing" if fail_at == "env" else "RuntimeFailure")
    assert f"Could not {action}" in sentence
    assert "ONNX Runtime 1.22.0 says: no luck today" in sentence
    assert n_live == "0"


@pytest.mark.parametrize(("version", "fail_at"), [("1.17.3", "level"), ("1.18.0", "config")])
def test_folding_is_switched_off_as_the_version_can(
    failing_runtime: Path, version: str, fail_at: str
) -> None:
    code = "import vmaf_dnn; vmaf_dnn.Session('vmaf_tiny_v2', engine='onnxruntime')"
    environment = os.environ | {"STATED_VERSION": version, "VMAF_DNN_ORT_LIBRARY": str(failing_runtime)}
    for fails in [fail_at, "another"]:
        result = subprocess.run(
            [sys.executable, "-c", code], env=environment | {"FAIL_AT": fails}, capture_output=True, text=True
        )
        assert ("Could not switch constant folding off" in result.stderr) == (fails == fail_at)


def test_runtime_that_shares_an_allocator_already_serves_too(failing_runtime: Path) -> None:
    code = (
        "import ctypes, vmaf_dnn\n"
        "vmaf_dnn.Session('vmaf_tiny_v2', engine='onnxruntime').run([[0.5] * 6])\n"
        f"print(ctypes.CDLL({str(failing_runtime)!r}).n_live())"
    )
    environment = os.environ | {"FAIL_AT": "register", "VMAF_DNN_ORT_LIBRARY": str(failing_runtime)}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("0\n", "")


def test_words_of_the_real_runtime_arrive(tmp_path: Path) -> None:
    """Graphs that only ONNX Runtime finds fault with: one at open, one at run."""
    path = tmp_path / "model.onnx"
    nodes = [helper.make_node("Identity", ["nowhere"], ["y"])]
    path.write_bytes(make_models.model_bytes(nodes, {"x": ["N", 6]}, {"y": ["N", 6]}))
    with pytest.raises(RuntimeFailure, match=r"Could not load the model .*says: .*nowhere"):
        Session(path)
    nodes = [helper.make_node("Add", ["a", "b"], ["sum"])]
    shapes: dict[str, list[int | str]] = {"a": ["N", "M"], "b": ["N", "K"]}
    path.write_bytes(make_models.model_bytes(nodes, shapes, {"sum": ["N", "M"]}))
    session = Session(path)
    row = np.zeros((1, 2), np.float32)
    with pytest.raises(RuntimeFailure, match=r"Could not run the model: ONNX Runtime .* says: "):
        session.run({"a": row, "b": np.zeros((1, 3), np.float32)})
    np.testing.assert_array_equal(session.run({"a": row, "b": row})["sum"], row)
