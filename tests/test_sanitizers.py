# SPDX-License-Identifier: BSD-3-Clause
"""The C programs of tests/cc under the address, undefined-behaviour and thread sanitizers, and valgrind."""

from __future__ import annotations

import shutil
from pathlib import Path

import make_filters
import make_models
import numpy as np
import pytest
from c_programs import SOURCES, build_program, run
from onnx import TensorProto
from synthetic import write_raw

import vmaf_dnn

ROOT = Path(__file__).parents[1]
# Odd sides, so that no row of a level is a whole number of vectors.
CLIPS = [(33, 47, 8, 1, 1, "v3.2"), (131, 67, 10, 2, 3, "v3.1"), (201, 135, 16, 1, 2, "v3.2")]


MODELS = {
    "two": make_models.add_and_subtract(),
    "blur": make_filters.blur(),
    "half": make_filters.identity(element_type=TensorProto.FLOAT16),
    "int8": make_filters.cast(TensorProto.INT8),
    "bool": make_filters.cast(TensorProto.BOOL),
    "double": make_filters.cast(TensorProto.DOUBLE),
    "string": make_filters.cast(TensorProto.STRING),
    "slow": make_filters.slow(),
}


def programs(folder: Path) -> list[tuple[str, list[object]]]:
    """Programs of tests/cc that check what they are told, with their arguments."""
    paths = {}
    for name, model in MODELS.items():
        paths[name] = folder / f"{name}.onnx"
        paths[name].write_bytes(model)
    clips = [(write_raw(folder / f"{clip[0]}.raw", *clip[:4]), *clip) for clip in CLIPS]
    plane, out = folder / "plane", folder / "out"
    plane.write_bytes(np.arange(33 * 21 * 2, dtype=np.uint16).tobytes())
    return [
        ("session", [paths["two"]]),
        ("threads", [paths["blur"]]),
        ("features_refused", []),
        *(("features", list(clip)) for clip in clips),
        ("plane", [paths["blur"], 0, 33, 21, 8, plane, out]),
        ("plane", [paths["blur"], 0, 33, 21, 12, plane, out]),
        ("plane", [paths["half"], 1, 33, 21, 16, plane, out]),
        ("tensor", [paths["half"], 1, 1000, 6, plane, out, 1, 1, 2, 3]),
        *(("tensor", [paths[name], 0, 0, 7, plane, out, 7]) for name in ("int8", "bool", "double", "string")),
        ("tensor", [paths["slow"], 0, 5, 16, plane, out, 4, 4]),
    ]


@pytest.mark.parametrize(("preset", "flags"), [("asan", "address,undefined"), ("tsan", "thread")])
def test_c_programs_are_clean(
    tmp_path: Path, preset: str, flags: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    run("cmake", "--preset", preset, timeout=900)
    run("cmake", "--build", "--preset", preset, "--parallel", "2", timeout=900)
    for program, arguments in programs(tmp_path):
        source = SOURCES / f"{program}.c"
        run(
            build_program(source, tmp_path, f"-fsanitize={flags}", library=ROOT / "build" / preset),
            *arguments,
            VMAF_DNN_REGISTRY=str(vmaf_dnn.registry_path()),
            VMAF_DNN_ORT_LIBRARY=vmaf_dnn.runtime_info().library,
            UBSAN_OPTIONS="halt_on_error=1",
            TSAN_OPTIONS=f"suppressions={SOURCES / 'tsan.supp'}",
        )


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")
@pytest.mark.parametrize("clip", CLIPS, ids=str)
def test_features_are_clean_under_valgrind(tmp_path: Path, clip: tuple[int, int, int, int, int, str]) -> None:
    raw = write_raw(tmp_path / "clip.raw", *clip[:4])
    words = ["valgrind", "--quiet", "--error-exitcode=9", "--leak-check=full"]
    run(*words, build_program(SOURCES / "features.c", tmp_path), raw, *clip)
