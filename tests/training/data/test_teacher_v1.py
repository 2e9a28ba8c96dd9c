# SPDX-License-Identifier: BSD-3-Clause
"""Teachers beyond vmaf_v0.6.1: the eight files of v1 with their one SVR, and features with options."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.small_models import make_table
from tests.support.small_svr import make_svr
from tests.support.small_v1 import V1, make_v1_table, write_v1_svr
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.svm import read_svm_model
from vmaf_train.cli import main
from vmaf_train.data.augment import augment
from vmaf_train.data.feature_set import NEG, V1_DISPLAYS
from vmaf_train.data.table import column, features_of, read_table, task_of, write_table
from vmaf_train.data.teacher import read_teacher, require_agreement


@pytest.fixture
def svr(tmp_path: Path) -> Path:
    return write_v1_svr(tmp_path / "v1.json")


@pytest.mark.parametrize("display", V1_DISPLAYS)
def test_any_of_the_eight_files_teaches_and_none_bends_the_labels(display: str, tmp_path: Path) -> None:
    path = write_v1_svr(tmp_path / "m.json", display)
    table = make_v1_table(path)
    rows = np.column_stack([column(table, name) for name in V1.names])
    bent = read_svm_model(path, clip=False).predict(rows)
    raw = column(table, "vmaf_unclipped")
    np.testing.assert_allclose(5 + 0.98 * raw - 0.0005 * raw**2, bent, atol=1e-5)
    np.testing.assert_array_equal(column(table, "vmaf"), np.clip(raw, 0, 110))


def test_a_correction_before_the_net_is_the_teachers_own(svr: Path) -> None:
    table, teacher = make_v1_table(svr), read_teacher(svr, V1)
    corrected, measured = features_of(table), np.column_stack([column(table, name) for name in V1.names])
    assert (measured[:, 1] == 0).mean() == pytest.approx(0.1)
    assert (corrected[:, 1] > 0).all()
    np.testing.assert_allclose(teacher.score(corrected), teacher.score(measured), atol=1e-9)
    assert require_agreement(teacher, table, svr) < 1e-6


def test_new_rows_stay_within_what_the_features_can_be(svr: Path) -> None:
    table, teacher = make_v1_table(svr), read_teacher(svr, V1)
    new = augment(table, teacher, 3000)
    rows = np.column_stack([column(new, name) for name in V1.names])
    assert (rows.min(axis=0) >= [0, 0, 0.5, 0]).all()
    assert (rows.max(axis=0) <= [17, 60, 1, 18]).all()
    assert (rows.max(axis=0)[[0, 1, 3]] > [16, 40, 17]).all()
    moved = set(column(new, "quality")) & set(V1.names)
    assert moved == {"cambi", "speed_chroma_uv", "motion3"}
    assert task_of(new) == task_of(table)


def test_neg_teaches_rows_with_its_gain_limits_alone(tmp_path: Path) -> None:
    content = make_svr()
    names = content["model_dict"]["feature_names"]
    options = [{} if "motion" in name else {f"{_kind(name)}_enhn_gain_limit": 1.0} for name in names]
    content["model_dict"]["feature_opts_dicts"] = options
    (tmp_path / "neg.json").write_text(json.dumps(content))
    assert read_teacher(tmp_path / "neg.json", NEG).features == NEG
    with pytest.raises(InvalidArgument, match=r"it is over integer_adm2_egl_1, .*, expected all of adm2"):
        read_teacher(tmp_path / "neg.json")
    (tmp_path / "plain.json").write_text(json.dumps(make_svr()))
    with pytest.raises(InvalidArgument, match=r"expected all of integer_adm2_egl_1, .*; give the file"):
        read_teacher(tmp_path / "plain.json", NEG)


def _kind(name: str) -> str:
    return "adm" if "adm" in name else "vif"


def test_the_command_follows_the_table(svr: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_table(tmp_path / "v1.parquet", make_v1_table(svr))
    words = ["teacher", "--model", str(svr), "--data", str(tmp_path / "v1.parquet"), "--rows", "500"]
    assert main([*words, "--out", str(tmp_path / "new.parquet")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:5]] == list(V1.names)
    assert not any("motion2" in line for line in lines)
    assert task_of(read_table(tmp_path / "new.parquet")).features == V1
    write_table(tmp_path / "v0.parquet", make_table())
    words[4] = str(tmp_path / "v0.parquet")
    assert main([*words, "--out", str(tmp_path / "other.parquet")]) == 1
    assert "can't teach: it is over cambi_" in capsys.readouterr().err
