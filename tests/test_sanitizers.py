# SPDX-License-Identifier: BSD-3-Clause
"""The C programs of tests/cc, and the hostile files, under the sanitizers."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import make_hostile
import make_models
import measure_hostile
import pytest

import vmaf_dnn

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, **environment: str) -> None:
    words = [str(word) for word in command]
    result = subprocess.run(
        words, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=900
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]


def hostile_pairs(folder: Path) -> list[str]:
    """A model and a registry of each hostile file that C code reads, as tests/cc/open_all.c takes them."""
    make_hostile.main(folder)
    measure_hostile.prepare(folder)
    pairs = [(f"{folder}/onnx/{name}.onnx", "") for name in make_hostile.KINDS["onnx"]]
    pairs += [("m", f"{folder}/registry/{name}") for name in make_hostile.KINDS["registry"]]
    none = f"{folder}/sidecar/empty_registry.json"
    pairs += [(f"{folder}/sidecar/{name}.onnx", none) for name in make_hostile.KINDS["sidecar"]]
    return [word for pair in pairs for word in pair]


@pytest.mark.parametrize(
    ("preset", "flags"), [("asan", "address,undefined"), ("ubsan", "undefined"), ("tsan", "thread")]
)
def test_c_programs_are_clean(tmp_path: Path, preset: str, flags: str) -> None:
    run("cmake", "--preset", preset)
    run("cmake", "--build", "--preset", preset, "--parallel", "2")
    model = tmp_path / "model.onnx"
    model.write_bytes(make_models.add_and_subtract())
    library = ROOT / "build" / preset
    programs: dict[str, list[str | Path]] = {"session": [model], "threads": []}
    if preset != "tsan":
        programs["open_all"] = [*hostile_pairs(tmp_path / "hostile")]
    for program, arguments in programs.items():
        source = ROOT / "tests" / "cc" / f"{program}.c"
        options = [
            f"-fsanitize={flags}",
            f"-I{ROOT / 'csrc' / 'include'}",
            f"-L{library}",
            f"-Wl,-rpath,{library}",
        ]
        run("cc", "-g", *options, source, "-lvmaf_dnn", "-lpthread", "-o", tmp_path / program)
        run(
            tmp_path / program,
            *arguments,
            VMAF_DNN_REGISTRY=str(vmaf_dnn.registry_path()),
            VMAF_DNN_ORT_LIBRARY=vmaf_dnn.runtime_info().library,
        )
