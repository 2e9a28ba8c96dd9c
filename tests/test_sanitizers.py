# SPDX-License-Identifier: BSD-3-Clause
"""The C programs of tests/cc under the address, undefined-behaviour and thread sanitizers."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import make_models
import pytest

import vmaf_dnn

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, **environment: str) -> None:
    words = [str(word) for word in command]
    result = subprocess.run(
        words, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=900
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]


@pytest.mark.parametrize(("preset", "flags"), [("asan", "address,undefined"), ("tsan", "thread")])
def test_c_programs_are_clean(tmp_path: Path, preset: str, flags: str) -> None:
    run("cmake", "--preset", preset)
    run("cmake", "--build", "--preset", preset, "--parallel", "2")
    model = tmp_path / "model.onnx"
    model.write_bytes(make_models.add_and_subtract())
    library = ROOT / "build" / preset
    for program, arguments in (("session", [model]), ("threads", [])):
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
