# SPDX-License-Identifier: BSD-3-Clause
"""The C programs of tests/cc, and the hostile files, under the sanitizers, and valgrind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

import vmaf_dnn
from tests.support import make_filters, make_models
from tests.support.c_programs import build_program, run
from tests.support.paths import C_SOURCES, ROOT
from tests.support.small_svr import make_collection
from tests.support.synthetic import write_raw
from tools import make_hostile, measure_hostile
from tools.build_lock import build_lock

pytestmark = pytest.mark.long


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
    svms = folder / "svm.json", folder / "rows"
    svms[0].write_text(json.dumps(make_collection(3)))
    svms[1].write_bytes(np.linspace(0, 1, 600).tobytes())
    plane, out = folder / "plane", folder / "out"
    plane.write_bytes(np.arange(33 * 21 * 2, dtype=np.uint16).tobytes())
    return [
        ("session", [paths["two"]]),
        ("threads", [paths["blur"]]),
        ("floats", [paths["blur"]]),  # not "cancelled": the sanitizer mistakes the end of such a thread
        ("features_refused", []),
        ("svm", [*svms, "clip", 0, "b"]),
        ("svm_refused", [svms[0]]),
        *(("features", list(clip)) for clip in clips),
        ("plane", [paths["blur"], 0, 33, 21, 8, plane, out]),
        ("plane", [paths["blur"], 0, 33, 21, 12, plane, out]),
        ("plane", [paths["half"], 1, 33, 21, 16, plane, out]),
        ("tensor", [paths["half"], 1, 1000, 6, plane, out, 1, 1, 2, 3]),
        *(("tensor", [paths[name], 0, 0, 7, plane, out, 7]) for name in ("int8", "bool", "double", "string")),
        ("tensor", [paths["slow"], 0, 5, 16, plane, out, 4, 4]),
    ]


def hostile_pairs(folder: Path) -> list[str]:
    """A model and a registry of each hostile file that C code reads, as tests/cc/open_all.c takes them."""
    make_hostile.main(folder)
    measure_hostile.prepare(folder)
    pairs = [(f"{folder}/onnx/{name}.onnx", "") for name in make_hostile.KINDS["onnx"]]
    pairs += [("m", f"{folder}/registry/{name}") for name in make_hostile.KINDS["registry"]]
    none = f"{folder}/sidecar/empty_registry.json"
    pairs += [(f"{folder}/sidecar/{name}.onnx", none) for name in make_hostile.KINDS["sidecar"]]
    return [word for pair in pairs for word in pair]


@pytest.mark.parametrize(("preset", "flags"), [("asan", "address,undefined"), ("tsan", "thread")])
def test_c_programs_are_clean(
    tmp_path: Path, preset: str, flags: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with build_lock(preset):
        run("cmake", "--preset", preset, timeout=900)
        run("cmake", "--build", "--preset", preset, "--parallel", "2", timeout=900)
    jobs = programs(tmp_path)
    if preset == "asan":
        jobs.append(("open_all", [*hostile_pairs(tmp_path / "hostile")]))
    for program, arguments in jobs:
        source = C_SOURCES / f"{program}.c"
        run(
            build_program(source, tmp_path, f"-fsanitize={flags}", library=ROOT / "build" / preset),
            *arguments,
            VMAF_DNN_REGISTRY=str(vmaf_dnn.registry_path()),
            VMAF_DNN_ORT_LIBRARY=vmaf_dnn.runtime_info().library,
            UBSAN_OPTIONS="halt_on_error=1",
            TSAN_OPTIONS=f"suppressions={C_SOURCES / 'tsan.supp'}",
        )


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")
@pytest.mark.parametrize("clip", CLIPS, ids=str)
def test_features_are_clean_under_valgrind(tmp_path: Path, clip: tuple[int, int, int, int, int, str]) -> None:
    raw = write_raw(tmp_path / "clip.raw", *clip[:4])
    words = ["valgrind", "--quiet", "--error-exitcode=9", "--leak-check=full"]
    run(*words, build_program(C_SOURCES / "features.c", tmp_path), raw, *clip)
