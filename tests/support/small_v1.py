# SPDX-License-Identifier: BSD-3-Clause
"""A table of VMAF v1's features with the labels of a small SVR, and that SVR in libvmaf's file format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tests.support.small_models import ROWS_PER_SOURCE, SOURCES
from tests.support.small_svr import make_svr
from vmaf_train.data.feature_set import V1_DISPLAYS
from vmaf_train.data.table import LABELS, with_task
from vmaf_train.data.task import V1_RANGE, Task
from vmaf_train.data.teacher import read_teacher

V1 = V1_DISPLAYS["3d0h"]
_NAMES = {
    "cambi": "Cambi_feature_cambi_score",
    "speed_chroma_uv": "Speed_chroma_feature_speed_chroma_uv_score",
    "adm3": "VMAF_integer_feature_adm3_score",
    "motion3": "VMAF_integer_feature_motion3_score",
}


def make_v1_svr(display: str = "3d0h") -> dict[str, Any]:
    """The content of a model file for a display: its options, its correction, a polynomial that is on."""
    content, options = make_svr(), V1_DISPLAYS[display].options
    model = content["model_dict"]
    model |= {
        "feature_names": list(_NAMES.values()),
        "feature_opts_dicts": [dict(map(_option, text.split(":"))) for text in options],
        "slopes": [0.03, 0.07, 0.03, 4.0, 0.06],
        "intercepts": [-15.4, 0.0, -0.015, -3.0, -0.003],
        "chroma_correction_parameter": 120.0,
        "score_transform": {"enabled": True, "p0": 5.0, "p1": 0.98, "p2": -0.0005},
    }
    head, mark, body = model["model"].partition("SV\n")
    lines = [
        " ".join(word for word in line.split() if not word.startswith(("5:", "6:")))
        for line in body.splitlines()
    ]
    model["model"] = head + mark + "\n".join(lines) + "\n"
    return content


def _option(words: str) -> tuple[str, Any]:
    name, _, value = words.partition("=")
    if value in ("true", "bilinear"):
        return name, value == "true" or value
    return name, float(value)


def write_v1_svr(path: Path, display: str = "3d0h") -> Path:
    path.write_text(json.dumps(make_v1_svr(display)))
    return path


def make_v1_table(svr: Path) -> pa.Table:
    """Rows of three sources; chroma is exactly 0 in every tenth."""
    random, n_rows = np.random.default_rng(3), len(SOURCES) * ROWS_PER_SOURCE
    quality = random.uniform(0, 1, n_rows)
    columns: dict[str, Any] = {
        "source": np.repeat(SOURCES, ROWS_PER_SOURCE),
        "scene": np.repeat(SOURCES, ROWS_PER_SOURCE),
        "kind": ["camera"] * n_rows,
        "codec": np.where(np.arange(n_rows) % 4 == 0, "banding", "x264"),
        "quality": ["q"] * n_rows,
        "scale": np.ones(n_rows, np.int32),
        "frame": np.arange(n_rows, dtype=np.int32) % ROWS_PER_SOURCE,
        "cambi": 5 * random.random(n_rows) ** 3,
        "speed_chroma_uv": np.where(np.arange(n_rows) % 10 == 0, 0, 20 * (1 - quality)),
        "adm3": 0.5 + 0.5 * quality,
        "motion3": 15 * random.random(n_rows),
        **{name: np.zeros(n_rows) for name in LABELS},
    }
    table = with_task(pa.table(columns), Task(V1, output_range=V1_RANGE))
    return read_teacher(svr, V1).label(table)
