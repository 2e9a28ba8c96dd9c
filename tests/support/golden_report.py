# SPDX-License-Identifier: BSD-3-Clause
"""A report whose bytes are kept in tests/data/reports: a real clip's metrics, and names that need escaping.

The four texts were written by json, ElementTree and joined lines, each over the whole report at once.
"""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from tests.support.paths import ROOT
from vmaf_dnn import Session
from vmaf_dnn.report import ClipNames, Report, TinyModel

FOLDER = ROOT / "tests" / "data" / "reports"
_CLIPS = ClipNames('a "<frames />".y4m', 'é & "frames": [].mkv', "64x48, 8 bits")


def golden_report() -> Report:
    metrics = {
        name: np.array(values) for name, values in json.loads((FOLDER / "metrics.json").read_text()).items()
    }
    n_frames = len(metrics["integer_adm2"])
    # What libvmaf prints with 16 decimals, what has no number, a sign without a value, an exponent.
    odd = [1.0000001192092896, float("nan"), -0.0, 1e22, 1e-9, -3.5, 99.9999999]
    metrics["odd"] = np.resize(odd, n_frames)
    return Report(
        np.arange(0, 3 * n_frames, 3),
        metrics,
        176,
        144,
        12.345,
        "vmaf_dnn 0 <golden>",
        tuple(_model(name) for name in ("vmaf_tiny_v2", "vmaf_tiny_v4")),
        ("odd",),
        _CLIPS,
    )


def _model(name: str) -> TinyModel:
    info = replace(Session(name).info, path=f"/models/{name}.onnx", sha256="0" * 64, redirect="")
    return TinyModel(name, replace(info, precision="fp32", engine="fused", device_reason="the only one"), 3)
