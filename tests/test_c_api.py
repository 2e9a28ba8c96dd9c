# SPDX-License-Identifier: BSD-3-Clause
"""The C face: the header alone, the exported names, and a C program on the installed library."""

from __future__ import annotations

from pathlib import Path

import make_models
import numpy as np
import onnxruntime
import pytest
from c_programs import PACKAGE, SOURCES, STRICT, build_program, run

import vmaf_dnn

LIBRARY = PACKAGE / "libvmaf_dnn.so"
HEADERS = sorted(path.name for path in (PACKAGE / "include" / "vmaf_dnn").iterdir())


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize(("compiler", "standard", "suffix"), [("cc", "c99", "c"), ("c++", "c++17", "cc")])
def test_header_compiles_alone(
    tmp_path: Path, header: str, compiler: str, standard: str, suffix: str
) -> None:
    source = tmp_path / f"alone.{suffix}"
    source.write_text(f"#include <vmaf_dnn/{header}>\nint main(void) {{ return 0; }}\n")
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
    return run(build_program(SOURCES / "session.c", folder), model).splitlines()


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
