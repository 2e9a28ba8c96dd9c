# SPDX-License-Identifier: BSD-3-Clause
"""The C face: the header alone, the exported names, and a C program on the installed library."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import make_models
import numpy as np
import onnxruntime
import pytest

import vmaf_dnn

PACKAGE = Path(vmaf_dnn.__file__).parent
LIBRARY = PACKAGE / "libvmaf_dnn.so"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{PACKAGE / 'include'}"]


def run(*command: str | Path) -> str:
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize(("compiler", "standard", "suffix"), [("cc", "c99", "c"), ("c++", "c++17", "cc")])
def test_header_compiles_alone(tmp_path: Path, compiler: str, standard: str, suffix: str) -> None:
    source = tmp_path / f"alone.{suffix}"
    source.write_text("#include <vmaf_dnn/vmaf_dnn.h>\nint main(void) { return vmaf_dnn_available() < 0; }\n")
    run(compiler, f"-std={standard}", *STRICT, "-c", source, "-o", tmp_path / "alone.o")


def test_exports_only_our_names() -> None:
    lines = run("nm", "--dynamic", "--defined-only", LIBRARY).splitlines()
    names = {line.split()[-1] for line in lines}
    assert "vmaf_dnn_session_open" in names
    assert [name for name in names if not name.startswith("vmaf_dnn_")] == []


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines that tests/cc/session.c prints."""
    folder = tmp_path_factory.mktemp("c")
    model = folder / "model.onnx"
    model.write_bytes(make_models.add_and_subtract())
    source = Path(__file__).parent / "cc" / "session.c"
    program = folder / "session"
    run("cc", "-std=c99", *STRICT, source, "-o", program, LIBRARY, f"-Wl,-rpath,{PACKAGE}")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("VMAF_")}
    result = subprocess.run([program, model], capture_output=True, text=True, env=environment, timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def test_c_program_sees_versions(said: list[str]) -> None:
    assert said[0] == f"{vmaf_dnn.__version__} {onnxruntime.__version__}"


def test_c_program_scores_like_python(said: list[str]) -> None:
    rows = [[0.93, 0.36, 0.77, 0.86, 0.92, 3.9], [0.98, 0.69, 0.96, 0.98, 0.98, 1.4]]
    model, precision, *scores = said[1].split()
    assert (model, precision) == ("vmaf_tiny_v4", "fp32")
    expected = vmaf_dnn.Session("vmaf_tiny_v4", precision="fp32").run(rows)
    np.testing.assert_array_equal(np.array(scores, np.float32), expected)


def test_c_program_follows_the_registry(said: list[str]) -> None:
    assert said[2] == "auto: registry.json says quant_mode=qat"
