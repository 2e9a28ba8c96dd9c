# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.support.small_models import make_table
from tests.support.small_svr import FEATURE_NAMES, make_collection, make_svr
from vmaf_dnn.errors import InvalidArgument, ModelNotFound, ModelRejected
from vmaf_dnn.extractors import CANONICAL_6
from vmaf_train.data.table import column, features_of
from vmaf_train.data.teacher import read_teacher, require_agreement

ROWS = np.random.default_rng(4).uniform(0, 1.3, (20, 6)) * [1, 1, 1, 1, 1, 20]


def by_the_book(content: dict[str, Any], row: dict[str, float]) -> float:
    """The score of one row by the formulas of libsvm and libvmaf, term by term."""
    model = content["model_dict"]
    names = [name.removeprefix("VMAF_integer_feature_").removesuffix("_score") for name in FEATURE_NAMES]
    scaled = [model["slopes"][i + 1] * row[name] + model["intercepts"][i + 1] for i, name in enumerate(names)]
    head, _, body = model["model"].partition("SV\n")
    gamma, rho = (float(head.split(f"{name} ")[1].split()[0]) for name in ("gamma", "rho"))
    output = -rho
    for line in body.splitlines():
        coefficient, *pairs = line.split()
        vector = {int(index) - 1: float(value) for index, value in (pair.split(":") for pair in pairs)}
        distance = sum((value - vector.get(i, 0.0)) ** 2 for i, value in enumerate(scaled))
        output += float(coefficient) * math.exp(-gamma * distance)
    return (output - model["intercepts"][0]) / model["slopes"][0]


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content))
    return path


def test_scores_are_those_of_the_formulas_whatever_the_files_order_of_features(tmp_path: Path) -> None:
    content = make_svr()
    teacher = read_teacher(write(tmp_path / "m.json", content))
    expected = [by_the_book(content, dict(zip(CANONICAL_6, row, strict=True))) for row in ROWS]
    np.testing.assert_allclose(teacher.score(ROWS), expected, rtol=1e-12)
    assert np.ptp(expected) > 1


def test_many_rows_score_as_each_alone(tmp_path: Path) -> None:
    teacher = read_teacher(write(tmp_path / "m.json", make_svr()))
    many = np.tile(ROWS, (500, 1))
    np.testing.assert_allclose(teacher.score(many), np.tile(teacher.score(ROWS), 500), rtol=1e-12)
    assert teacher.score(ROWS[:0]).shape == (0,)


def test_labels_replace_those_of_a_table_and_agree_with_themselves(tmp_path: Path) -> None:
    teacher = read_teacher(write(tmp_path / "m.json", make_svr()))
    table = make_table()
    labelled = teacher.label(table)
    scores = teacher.score(features_of(table))
    np.testing.assert_allclose(column(labelled, "vmaf_unclipped"), scores, atol=5.1e-7)
    np.testing.assert_array_equal(column(labelled, "vmaf"), column(labelled, "vmaf_unclipped").clip(0, 100))
    assert labelled.schema.equals(table.schema)
    assert labelled.drop_columns(["vmaf", "vmaf_unclipped"]).equals(
        table.drop_columns(["vmaf", "vmaf_unclipped"])
    )
    assert require_agreement(teacher, labelled, Path("t.parquet")) < 1e-6


def test_a_table_of_another_model_is_refused(tmp_path: Path) -> None:
    teacher = read_teacher(write(tmp_path / "m.json", make_svr()))
    off_by_a_little = teacher.label(make_table())
    shifted = pa.array(column(off_by_a_little, "vmaf_unclipped") + 2e-3)
    index = off_by_a_little.column_names.index("vmaf_unclipped")
    table = off_by_a_little.set_column(index, "vmaf_unclipped", shifted)
    with pytest.raises(
        InvalidArgument,
        match=r"up to 0\.002 VMAF away from the labels of t\.parquet, at most 0\.001 is allowed; give",
    ):
        require_agreement(teacher, table, Path("t.parquet"))


def test_a_transform_that_is_off_and_features_without_options_change_nothing(tmp_path: Path) -> None:
    plain, other = make_svr(), make_svr()
    other["model_dict"] |= {
        "score_transform": {"p0": 1.7, "p1": 1.7, "p2": -0.007, "out_gte_in": "true", "enabled": False},
        "feature_opts_dicts": [{}] * 6,
        "score_clip": [0, 100],
    }
    first, second = (
        read_teacher(write(tmp_path / "m.json", content)).score(ROWS) for content in (plain, other)
    )
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"feature_names": FEATURE_NAMES[:5], "slopes": [1.0] * 6, "intercepts": [0.0] * 6},
            "it is over integer_adm2, integer_motion2, .*, expected all of adm2, .*, without options",
        ),
        (
            {"feature_opts_dicts": [{"adm_enhn_gain_limit": 1.0}, *[{}] * 5]},
            "it is over integer_adm2_egl_1, integer_motion2, .*, expected all of adm2, .*, without options",
        ),
        ({"score_transform": {"p0": 1, "enabled": True}}, "its score_transform is enabled"),
    ],
)
def test_a_model_that_would_mislabel_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    content = make_svr()
    content["model_dict"] |= changes
    path = write(tmp_path / "model.json", without_sixth(content) if "slopes" in changes else content)
    with pytest.raises(
        InvalidArgument, match=f"^{path} can't teach: {words}.*; give libvmaf's vmaf_v0.6.1.json"
    ):
        read_teacher(path)


def without_sixth(content: dict[str, Any]) -> dict[str, Any]:
    """The model with the support vectors' last feature left out."""
    content["model_dict"]["model"] = re.sub(" 6:.*", "", content["model_dict"]["model"])
    return content


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ModelRejected, match=r"m\.json is no model as libvmaf writes them: its model_dict is None"
    ):
        read_teacher(write(tmp_path / "m.json", {}))
    with pytest.raises(InvalidArgument, match=r"m\.json can't teach: it is a collection of models, and"):
        read_teacher(write(tmp_path / "m.json", make_collection(2)))
    with pytest.raises(ModelNotFound, match=r"There is no model file .*none\.json; restore it"):
        read_teacher(tmp_path / "none.json")
