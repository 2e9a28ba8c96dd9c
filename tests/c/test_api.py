# SPDX-License-Identifier: BSD-3-Clause
"""The C face: the header alone, the exported names, and a C program on the installed library."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

import vmaf_dnn
from tests.support import make_filters, make_models
from tests.support.c_programs import LIBRARY, PACKAGE, STRICT, build_program, run
from tests.support.paths import C_SOURCES

HEADERS = sorted(path.name for path in (PACKAGE / "include" / "vmaf_dnn").iterdir())


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize(("compiler", "standard", "suffix"), [("cc", "c99", "c"), ("c++", "c++17", "cc")])
def test_header_compiles_alone(
    tmp_path: Path, header: str, compiler: str, standard: str, suffix: str
) -> None:
    source = tmp_path / f"alone.{suffix}"
    source.write_text(f"#include <vmaf_dnn/{header}>\nint main(void) {{ return 0; }}\n")
    run(compiler, f"-std={standard}", *STRICT, "-c", source, "-o", tmp_path / "alone.o")


def test_exports_what_the_headers_declare_and_no_more() -> None:
    folder = PACKAGE / "include" / "vmaf_dnn"
    declarations = "".join((folder / name).read_text() for name in HEADERS)
    declared = set(re.findall(r"^VMAF_DNN_API [^(]*?(\w+)\(", declarations, re.MULTILINE))
    lines = run("nm", "--dynamic", "--defined-only", LIBRARY).splitlines()
    assert {line.split()[-1] for line in lines} == declared
    assert len(declared) > 10


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines that tests/cc/session.c prints."""
    folder = tmp_path_factory.mktemp("c")
    model = folder / "model.onnx"
    model.write_bytes(make_models.add_and_subtract())
    return run(build_program(C_SOURCES / "session.c", folder), model).splitlines()


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


def test_program_for_the_published_header_runs(tmp_path: Path) -> None:
    header = tmp_path / "libvmaf" / "dnn.h"
    header.parent.mkdir()
    header.write_text("#include <vmaf_dnn/vmaf_dnn.h>\n")
    two, blur = tmp_path / "two.onnx", tmp_path / "identity.onnx"
    two.write_bytes(make_models.add_and_subtract())
    blur.write_bytes(make_filters.identity())
    program = build_program(C_SOURCES / "published.c", tmp_path, f"-I{tmp_path}")
    assert run(program, two, blur) == "CPU 66 -54\n200 771\n"


def test_swapped_inputs_of_two_types_find_their_slots(tmp_path: Path) -> None:
    model = tmp_path / "mixed.onnx"
    model.write_bytes(make_filters.mixed())
    assert run(build_program(C_SOURCES / "mixed.c", tmp_path), model) == "0.2 0.199951\n"
