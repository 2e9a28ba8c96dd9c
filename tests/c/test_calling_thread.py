# SPDX-License-Identifier: BSD-3-Clause
"""What the thread that calls has set, and how little of it a call takes."""

from __future__ import annotations

import json
from pathlib import Path

import vmaf_dnn
from tests.support import make_filters
from tests.support.c_programs import build_program, run
from tests.support.make_mlps import quantise, random_mlp
from tests.support.paths import C_SOURCES
from tests.support.small_svr import make_collection


def test_no_floating_point_state_enters_an_answer(tmp_path: Path) -> None:
    program = build_program(C_SOURCES / "floats.c", tmp_path)
    blur = tmp_path / "blur.onnx"
    blur.write_bytes(make_filters.blur())
    run(program, blur, VMAF_DNN_ORT_LIBRARY=vmaf_dnn.runtime_info().library)


def test_cancelled_threads_end_after_their_call(tmp_path: Path) -> None:
    run(build_program(C_SOURCES / "cancelled.c", tmp_path))


def test_no_call_takes_more_than_64_kib_of_stack(tmp_path: Path) -> None:
    wide = tmp_path / "wide.onnx"
    wide.write_bytes(random_mlp(0, (256, 255, 241)))
    program = build_program(C_SOURCES / "little_stack.c", tmp_path)
    models = ["vmaf_tiny_v2", "vmaf_tiny_v4", wide, quantise(wide, per_channel=True)]
    svm = tmp_path / "svm.json"
    svm.write_text(json.dumps(make_collection(3)))
    depths = [line.split() for line in run(program, svm, *models).splitlines()]
    assert len(depths) == 2 + 6 * len(models) + 3
    assert max(int(depth) for _, depth in depths) <= 64 << 10
