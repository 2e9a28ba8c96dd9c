# SPDX-License-Identifier: BSD-3-Clause
"""README's numbers are those of the registry and of one run of the benches."""

from __future__ import annotations

import json
import re

import pytest

import vmaf_dnn
from bench.page.readme import between_markers
from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text()
LISTED = json.loads(vmaf_dnn.registry_path().read_text())["models"]
MODELS = [model for model in LISTED if model["quality"]["against"] == "vmaf_v0.6.1"]


def test_only_what_stands_between_the_markers_changes() -> None:
    text = "a\n<!-- begin: x -->\nold\n<!-- end: x -->\nb\n"
    assert between_markers(text, "x", "new") == "a\n<!-- begin: x -->\nnew\n<!-- end: x -->\nb\n"
    with pytest.raises(AssertionError, match="there are no markers"):
        between_markers(text, "y", "new")


def test_the_table_of_models_has_the_registrys_quality() -> None:
    rows = re.findall(
        r"^\| `?(\w*)`?.* \| \**(fp32|int8)\** \| ([\d ]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|",
        README,
        re.M,
    )
    expected = [
        (precision, f"{figures['plcc']:.6f}", f"{figures['rmse']:.3f}", f"{figures['max_error']:.2f}")
        for model in MODELS
        for precision in ("fp32", "int8")
        for figures in (model["quality"][precision],)
    ]
    assert [(row[1], *row[3:]) for row in rows] == expected


def test_the_first_sentence_is_about_the_closest_model() -> None:
    quality = MODELS[-1]["quality"]
    frames = f"{quality['n_rows']:,}".replace(",", " ")
    said = " ".join(README.split())
    assert f"to RMSE {quality['int8']['rmse']:.2f} on {frames} frames" in said
