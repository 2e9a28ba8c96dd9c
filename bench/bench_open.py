# SPDX-License-Identifier: BSD-3-Clause
"""Opening a session: resolve, hash, scan and load, beside ONNX Runtime that only loads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import make_rows, open_peer

import vmaf_dnn

PATHS = {model.id: str(model.path) for model in vmaf_dnn.models()}


@pytest.mark.parametrize("runner", ["vmaf_dnn", "onnxruntime"])
@pytest.mark.parametrize("model", list(PATHS))
def test_open(benchmark: Any, model: str, runner: str) -> None:
    path, rows = PATHS[model], make_rows(1)

    def open_ours() -> vmaf_dnn.Session:
        return vmaf_dnn.Session(model, precision="fp32")

    openers: dict[str, Callable[[], Any]] = {"vmaf_dnn": open_ours, "onnxruntime": lambda: open_peer(path)}
    assert open_peer(path).run(None, {"features": rows})[0] == pytest.approx(open_ours().run(rows), abs=1e-3)
    benchmark.group = f"open {model}"
    benchmark.extra_info.update(model=model, precision="fp32", n_rows=0, runner=runner, difference=0.0)
    benchmark(openers[runner])
