# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from small_models import make_table
from small_svr import FEATURE_NAMES, N_SUPPORT_VECTORS, make_svr

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors import CANONICAL_6
from vmaf_train.table import column, features_of
from vmaf_train.teacher import read_teacher, require_agreement

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


def refusal(path: Path, content: object) -> str:
    """What is said of a file that can't teach: one sentence that names it."""
    with pytest.raises(InvalidArgument) as caught:
        read_teacher(write(path / "model.json", content))
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{path / 'model.json'} can't teach: ")
    assert line.endswith("; give libvmaf's vmaf_v0.6.1.json.")
    return line


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
    scores = [read_teacher(write(tmp_path / "m.json", content)).score(ROWS) for content in (plain, other)]
    np.testing.assert_array_equal(*scores)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model_type": "BOOTSTRAP_LIBSVMNUSVR"}, "its model_type is 'BOOTSTRAP_LIBSVMNUSVR', expected 'LIB"),
        ({"norm_type": "none"}, "its norm_type is 'none', expected 'linear_rescale'"),
        ({"feature_names": FEATURE_NAMES[:5]}, "its feature_names are"),
        ({"feature_names": FEATURE_NAMES[:5] * 2}, "its feature_names are"),
        ({"feature_names": None}, "its feature_names are None"),
        ({"slopes": [1.0] * 6}, "its slopes are .*, expected 7 finite numbers"),
        ({"slopes": [1.0] * 6 + [0.0]}, "it has a slope of 0"),
        ({"intercepts": [0.0] * 6 + [math.nan]}, "its intercepts are .*, expected 7 finite numbers"),
        ({"intercepts": [0] * 6 + [10**400]}, "its intercepts are .*, expected 7 finite numbers"),
        ({"intercepts": [0] * 6 + ["1"]}, "its intercepts are .*, expected 7 finite numbers"),
        ({"intercepts": 3}, "its intercepts are 3, expected 7 finite numbers"),
        ({"feature_opts_dicts": [{"adm_enhn_gain_limit": 1.0}]}, "features with options, .*adm_enhn"),
        ({"score_transform": {"p0": 1, "enabled": True}}, "its score_transform is enabled"),
        ({"score_transform": [1]}, "its score_transform is enabled"),
        ({"model": None}, "it has no model, the text of libsvm"),
    ],
)
def test_another_kind_of_model_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    content = make_svr()
    content["model_dict"] |= changes
    assert re.search(words, refusal(tmp_path, content))


Edit = Callable[[str], str]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: "", "has no line SV"),
        (lambda text: text.replace("nu_svr", "epsilon_svr"), "says svm_type epsilon_svr, expected nu_svr"),
        (lambda text: text.replace("rbf", "linear"), "says kernel_type linear, expected rbf"),
        (lambda text: text.replace("gamma 0.04\n", ""), "starts with svm_type, .*, expected svm_type"),
        (lambda text: text.replace("rho", "gamma"), "starts with svm_type, .*, expected svm_type"),
        (lambda text: text.replace("gamma 0.04", "gamma 0"), "has gamma 0, expected more than 0"),
        (lambda text: text.replace("gamma 0.04", "gamma x"), "has 'x' in gamma, expected a finite number"),
        (lambda text: text.replace("rho -1.25", "rho inf"), "has 'inf' in rho, expected a finite number"),
        (lambda text: text + "1 1:0\n", f"has {N_SUPPORT_VECTORS + 1} support vectors and says total_sv"),
        (
            lambda text: text.replace("SV\n", "SV\n\n", 1).rstrip("\n").rpartition("\n")[0],
            "has '' in support",
        ),
        (lambda text: text.replace(" 3:", " 2:", 1), "has '2:.*' in support vector 1, expected index:value"),
        (lambda text: text.replace(" 6:", " 7:", 1), "has '7:.*' in support vector 1, expected index:value"),
        (lambda text: text.replace(" 1:", " x:", 1), "has 'x:.*' in support vector 1, expected index:value"),
        (lambda text: text.replace(" 2:", " 2:nan", 1), "has 'nan.*' in support vector 1, expected a finite"),
    ],
)
def test_a_damaged_libsvm_text_is_refused(tmp_path: Path, edit: Edit, words: str) -> None:
    content = make_svr()
    content["model_dict"]["model"] = edit(content["model_dict"]["model"])
    assert re.search(f"its libsvm text {words}", refusal(tmp_path, content))


@pytest.mark.parametrize("content", [{}, {"0": make_svr()}, {"model_dict": [1]}])
def test_a_file_without_a_single_model_is_refused(tmp_path: Path, content: object) -> None:
    assert "it has no model_dict, as a single model has" in refusal(tmp_path, content)


def test_a_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text("{")
    with pytest.raises(InvalidArgument, match=r"m\.json is not JSON"):
        read_teacher(tmp_path / "m.json")
