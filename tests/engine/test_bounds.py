# SPDX-License-Identifier: BSD-3-Clause
"""No kernel touches memory past an end, whatever the widths of a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.c_programs import build_program, run
from tests.support.fused import ISAS, OpenOn
from tests.support.make_mlps import quantise, random_mlp
from tests.support.paths import C_SOURCES

WIDEST = 256
N_LAYERS = 16


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Models of float32 and int8 among whose layers there is each width."""
    folder = tmp_path_factory.mktemp("widths")
    paths = []
    for first in range(1, WIDEST + 1, N_LAYERS):
        path = folder / f"{first}.onnx"
        path.write_bytes(random_mlp(first, tuple(range(first, first + N_LAYERS))))
        paths += [path, quantise(path, per_channel=True)]
    return paths


@pytest.mark.slow
@pytest.mark.as_installed
@pytest.mark.parametrize("isa", ISAS)
def test_no_width_reads_past_an_end(models: list[Path], tmp_path: Path, isa: str, open_on: OpenOn) -> None:
    open_on(isa, "vmaf_tiny_v2")  # skips what this CPU lacks
    program = build_program(C_SOURCES / "guard_pages.c", tmp_path)
    run(program, *models, VMAF_DNN_ISA=isa)
