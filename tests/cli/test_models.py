# SPDX-License-Identifier: BSD-3-Clause
"""The commands that list models and describe one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.command import assert_fails
from vmaf_dnn.cli import main


def test_models_lists_the_registry(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    header, *rows = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert header == ["id", "kind", "arch", "params", "precision", "size", "description"]
    listed = vmaf_dnn.models()
    assert [row[0] for row in rows] == [model.id for model in listed]
    for row, model in zip(rows, listed, strict=True):
        info = vmaf_dnn.Session(model.id).info
        assert row[4:6] == [info.precision, f"{info.size_bytes} B"]
    assert main(["models", "--json"]) == 0
    assert [model["id"] for model in json.loads(capsys.readouterr().out)] == [model.id for model in listed]


def test_models_of_another_registry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "registry.json"
    path.write_text('{"schema_version": 1, "models": []}')
    assert main(["models", "--registry", str(path)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert_fails(["models", "--registry", "nope.json"], capsys, "nope.json")


def test_info_says_everything_about_a_session(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "vmaf_tiny_v4", "--tiny-precision", "fp32", "--json"]) == 0
    fields = json.loads(capsys.readouterr().out)
    info = vmaf_dnn.Session("vmaf_tiny_v4", precision="fp32", device="auto").info
    assert (fields["sha256"], fields["precision"], fields["redirect"]) == (info.sha256, "fp32", info.redirect)
    assert main(["info", "vmaf_tiny_v4", "--tiny_precision", "fp32"]) == 0
    lines = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert lines.keys() == fields.keys()
    assert lines["features"] == "adm2, vif_scale0, vif_scale1, vif_scale2, vif_scale3, motion2"
    assert_fails(["info", "vmaf_tiny_v9"], capsys, "vmaf_tiny_v9")
