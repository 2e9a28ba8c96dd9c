# SPDX-License-Identifier: BSD-3-Clause
"""The C programs of tests/cc under the address, undefined-behaviour and thread sanitizers, and valgrind."""

from __future__ import annotations

import shutil
from pathlib import Path

import make_models
import pytest
from c_programs import SOURCES, build_program, run
from synthetic import write_raw

import vmaf_dnn

ROOT = Path(__file__).parents[1]
# Odd sides, so that no row of a level is a whole number of vectors.
CLIPS = [(33, 47, 8, 1, 1, "v3.2"), (131, 67, 10, 2, 3, "v3.1"), (201, 135, 16, 1, 2, "v3.2")]


def programs(folder: Path) -> list[tuple[str, list[object]]]:
    """Each program of tests/cc, with its arguments."""
    model = folder / "model.onnx"
    model.write_bytes(make_models.add_and_subtract())
    clips = [(write_raw(folder / f"{clip[0]}.raw", *clip[:4]), *clip) for clip in CLIPS]
    return [
        ("session", [model]),
        ("threads", []),
        ("features_refused", []),
        *(("features", list(clip)) for clip in clips),
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
        )


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")
@pytest.mark.parametrize("clip", CLIPS, ids=str)
def test_features_are_clean_under_valgrind(tmp_path: Path, clip: tuple[int, int, int, int, int, str]) -> None:
    raw = write_raw(tmp_path / "clip.raw", *clip[:4])
    words = ["valgrind", "--quiet", "--error-exitcode=9", "--leak-check=full"]
    run(*words, build_program(SOURCES / "features.c", tmp_path), raw, *clip)
