# SPDX-License-Identifier: BSD-3-Clause
"""Fields of a model file that are refused, each with one sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.make_svrs import Svr, train_svr
from tests.support.svr_refusals import assert_malformed, assert_not_computed
from vmaf_dnn import InvalidArgument, Unsupported
from vmaf_dnn.svm import read_svm_model

SVR = train_svr()
NAMES: list[str] = SVR.model["feature_names"]


@pytest.fixture
def svr() -> Svr:
    return SVR


BAD_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"model_type": "LIBSVM"}, "its model_type is 'LIBSVM', expected 'LIBSVMNUSVR'"),
    ({"model_type": "x" * 99}, rf"its model_type is '{'x' * 79}\.\.\., expected"),
    (
        {"model_type": "two\nlines\x1b\u0661\U0001f600"},
        r"its model_type is 'two\\nlines\\x1b\\u0661\\U0001f600', expected",
    ),
    ({"model_type": "it's"}, r"""its model_type is "it's", expected"""),
    ({"model_type": "\ud800"}, "it is not JSON in UTF-8 .*surrogate"),
    ({"norm_type": "clip_0to1"}, "its norm_type is 'clip_0to1', expected 'linear_rescale' or 'none'"),
    ({"norm_type": None}, "its norm_type is None, expected"),
    ({"feature_names": None}, "its feature_names is None, expected a list of names"),
    ({"feature_names": "adm2"}, "its feature_names is 'adm2', expected a list of names"),
    ({"feature_names": []}, r"its feature_names is \[\], expected a list of names"),
    ({"feature_names": [*NAMES[:5], 6]}, "a name in its feature_names is 6, expected a text"),
    ({"feature_names": [*NAMES[:5], NAMES[0]]}, "its feature_names repeat a name: adm2, .*, adm2"),
    ({"feature_names": NAMES[:5]}, r"its slopes is \[0\.012, .*, expected 6 finite numbers"),
    ({"feature_opts_dicts": {}}, "its feature_opts_dicts is {}, expected 6 objects, one a feature"),
    ({"feature_opts_dicts": [{}]}, r"its feature_opts_dicts is \[{}\], expected 6 objects"),
    ({"feature_opts_dicts": [1] * 6}, "an entry of its feature_opts_dicts is 1, expected an object"),
    ({"slopes": None}, "its slopes is None, expected 7 finite numbers"),
    ({"slopes": [1.0] * 6}, "its slopes is .*, expected 7 finite numbers"),
    ({"slopes": [1.0] * 8}, "its slopes is .*, expected 7 finite numbers"),
    ({"slopes": [0.0] + [1.0] * 6}, "its first slope, which the score is divided by, is 0"),
    ({"slopes": 7}, "its slopes is 7, expected 7 finite numbers"),
    ({"intercepts": [0] * 6 + ["1"]}, r"its intercepts\[6\] is '1', expected a finite number"),
    ({"intercepts": [True] + [0] * 6}, r"its intercepts\[0\] is True, expected a finite number"),
    (
        {"intercepts": [0, 10**400] + [0] * 5},
        r"it holds the number 1000*\.\.\. \(401 bytes\), which is",
    ),
    ({"score_clip": 100}, "its score_clip is 100, expected 2 finite numbers"),
    ({"score_clip": [0]}, r"its score_clip is \[0\], expected 2 finite numbers"),
    (
        {"score_clip": [100, 0]},
        r"its score_clip is \[100.0, 0.0\], expected the lowest score, then the highest",
    ),
    ({"model": None}, "its model is None, expected the text of libsvm"),
    ({"model": ["svm_type nu_svr"]}, r"its model is \['svm_type nu_svr'\], expected the text of libsvm"),
]


@pytest.mark.parametrize(("changes", "words"), BAD_FIELDS)
def test_a_field_that_breaks_the_format(
    tmp_path: Path, svr: Svr, changes: dict[str, Any], words: str
) -> None:
    assert_malformed(svr.write(tmp_path / "m.json", **changes), words)


def test_a_number_too_large_for_a_double(tmp_path: Path, svr: Svr) -> None:
    path = svr.write(tmp_path / "m.json", score_clip=[0, 123456])
    path.write_text(path.read_text().replace("123456", "1e999"))
    assert_malformed(path, "it holds the number 1e999, which is too large for a double")


@pytest.mark.parametrize("field", ["score_clip", "score_transform", "feature_opts_dicts"])
def test_null_in_place_of_a_field_left_out(tmp_path: Path, svr: Svr, field: str) -> None:
    path = svr.write(tmp_path / "m.json", **{field: 123456})
    path.write_text(path.read_text().replace("123456", "null"))
    assert_malformed(path, f"its {field} is None, expected")


@pytest.mark.parametrize(
    ("transform", "words"),
    [
        ([], r"its score_transform is \[\], expected an object"),
        (
            {"p3": 1},
            "its score_transform has the field 'p3', expected p0, p1, p2, knots, out_lte_in, out_gte",
        ),
        ({"p0": "1"}, "p0 in its score_transform is '1', expected a finite number"),
        ({"p2": False}, "p2 in its score_transform is False, expected a finite number"),
        ({"enabled": "true"}, "enabled in its score_transform is 'true', expected true or false"),
        (
            {"out_lte_in": True},
            'out_lte_in in its score_transform is True, expected the text "true" or "false"',
        ),
        ({"out_gte_in": "yes"}, "out_gte_in in its score_transform is 'yes', expected the text"),
        ({"out_gte_in": []}, r"out_gte_in in its score_transform is \[\], expected the text"),
        ({"knots": []}, r"knots in its score_transform is \[\], expected 2 to 10 pairs of numbers"),
        ({"knots": [[0, 1]]}, r"knots in its score_transform is \[\[0, 1\]\], expected 2 to 10 pairs"),
        (
            {"knots": [[i, i] for i in range(11)]},
            "knots in its score_transform is .*, expected 2 to 10 pairs",
        ),
        ({"knots": {"0": 1}}, "knots in its score_transform is {'0': 1}, expected 2 to 10 pairs"),
        ({"knots": [[0, 1], [2]]}, r"knots in its score_transform\[1\] is \[2\], expected 2 finite numbers"),
        ({"knots": [[0, 1], [2, "3"]]}, r"knots in its score_transform\[1\]\[1\] is '3', expected a finite"),
        (
            {"knots": [[0, 0], [0, 1]]},
            "knots in its score_transform is .*, expected x that rise and y that don't",
        ),
        ({"knots": [[0, 0], [5, 1], [4, 2]]}, "knots in its score_transform is .*, expected x that rise"),
        ({"knots": [[0, 100], [100, 0]]}, "knots in its score_transform is .*, expected x that rise and y"),
    ],
)
def test_a_transform_that_breaks_the_format(tmp_path: Path, svr: Svr, transform: Any, words: str) -> None:
    path = svr.write(tmp_path / "m.json", score_transform=transform)
    for wanted in (None, True, False):
        assert_malformed(path, words, transform=wanted)


def test_a_transform_that_is_wanted_and_not_there(tmp_path: Path, svr: Svr) -> None:
    path = svr.write(tmp_path / "m.json")
    assert_malformed(path, "it has no score_transform that could be enabled", transform=True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"model_type": "BOOTSTRAP_LIBSVMNUSVR"},
            "its model_type is BOOTSTRAP_LIBSVMNUSVR, and only LIBSVMNUSVR",
        ),
        (
            {"model_type": "RESIDUEBOOTSTRAP_LIBSVMNUSVR"},
            "its model_type is RESIDUEBOOTSTRAP_LIBSVMNUSVR, and",
        ),
        (
            {"feature_names": ["VMAF_feature_adm2_score", *NAMES[1:]]},
            r"it is over 'VMAF_feature_adm2_score', a floating-point feature, and only libvmaf's integer fe",
        ),
        (
            {"feature_names": ["cambi", *NAMES[1:]]},
            "it is over 'cambi', and only adm2, vif_scale0, .* are comp",
        ),
        (
            {"feature_opts_dicts": [{"adm_csf_mode": 2, "adm_norm_view_dist": 4}, *[{}] * 5]},
            "its feature_opts_dicts for adm2 can't be followed, adm_csf_mode 2 does not know 4",
        ),
        (
            {"feature_opts_dicts": [{"vif_enhn_gain_limit": 1.0}, *[{}] * 5]},
            "its feature_opts_dicts for adm2 can't be followed, vif_enhn_gain_limit is no opt",
        ),
        (
            {"feature_opts_dicts": [{}, {"motion_force_zero": 1}, *[{}] * 4]},
            "its feature_opts_dicts for motion2 can't be followed, motion_force_zero is 1; it must",
        ),
    ],
)
def test_what_only_libvmaf_computes(tmp_path: Path, svr: Svr, changes: dict[str, Any], words: str) -> None:
    assert_not_computed(svr.write(tmp_path / "m.json", **changes), words)


@pytest.mark.parametrize(
    ("name", "other"),
    [("svm_type nu_svr", "svm_type epsilon_svr"), ("kernel_type rbf", "kernel_type linear")],
)
def test_another_kind_of_regression(tmp_path: Path, svr: Svr, name: str, other: str) -> None:
    path = svr.write(tmp_path / "m.json", model=svr.model["model"].replace(name, other))
    kind, value = other.split()
    assert_not_computed(path, f"its {kind} is '{value}', and only {name.split()[1]} is computed")


@pytest.mark.parametrize(("limit", "shown"), [(0.99, "0.99"), (100.1, "100.1"), (-1, "-1"), (True, "true")])
def test_a_gain_limit_out_of_range(tmp_path: Path, svr: Svr, limit: Any, shown: str) -> None:
    path = svr.write(tmp_path / "m.json", feature_opts_dicts=[{"adm_enhn_gain_limit": limit}, *[{}] * 5])
    words = f"can't be followed, adm_enhn_gain_limit is {shown}; it must be 1 to 100"
    assert_not_computed(path, f"its feature_opts_dicts for adm2 {words}")


def test_what_is_set_and_does_not_fit_is_no_fault_of_the_file(tmp_path: Path, svr: Svr) -> None:
    words = (
        r"What is set of adm \(adm_enhn_gain_limit=0\) can't be followed: adm_enhn_gain_limit is 0; it must"
    )
    with pytest.raises(InvalidArgument, match=words):
        read_svm_model(svr.write(tmp_path / "m.json"), overloads={"adm.adm_enhn_gain_limit": "0"})
    limits = [{"adm_enhn_gain_limit": 0}, *[{}] * 5]
    path = svr.write(tmp_path / "bad.json", feature_opts_dicts=limits)
    with pytest.raises(Unsupported, match="its feature_opts_dicts for adm2 can't be followed"):
        read_svm_model(path, overloads={"adm.adm_csf_mode": "0"})
    mended = read_svm_model(path, overloads={"adm.adm_enhn_gain_limit": "1"})
    assert mended.features[0].request == "adm2=adm_enhn_gain_limit=1"


@pytest.mark.parametrize("limit", [None, [1], {"a": 1}])
def test_an_option_that_is_no_value(tmp_path: Path, svr: Svr, limit: Any) -> None:
    path = svr.write(tmp_path / "m.json", feature_opts_dicts=[{"adm_enhn_gain_limit": limit}, *[{}] * 5])
    words = re.escape(f"for adm2, 'adm_enhn_gain_limit', is {limit!r}, expected a finite number")
    assert_malformed(path, f"its feature_opts_dicts {words}")


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        (120, "its chroma_correction_parameter needs one feature speed_chroma, and it is over adm2, .*"),
        (0, "its chroma_correction_parameter is 0, for which libvmaf gives no score"),
        ("1", "its chroma_correction_parameter is '1', expected a finite number"),
    ],
)
def test_a_chroma_correction_that_corrects_nothing(
    tmp_path: Path, svr: Svr, parameter: Any, words: str
) -> None:
    assert_malformed(svr.write(tmp_path / "m.json", chroma_correction_parameter=parameter), words)


@pytest.mark.parametrize("name", ["", "a b", "1st", "n\n", "vmäf", '"', 3, None])
def test_a_name_that_no_log_can_hold(tmp_path: Path, svr: Svr, name: Any) -> None:
    sentence = "name must be a word of ASCII letters, digits and _.- that starts with a letter or _, got "
    with pytest.raises(InvalidArgument, match=re.escape(f"{sentence}{name!r}")):
        read_svm_model(svr.write(tmp_path / "m.json"), name=name)


def test_switches_that_are_none(tmp_path: Path, svr: Svr) -> None:
    path = svr.write(tmp_path / "m.json")
    with pytest.raises(InvalidArgument, match="clip must be True or False, got 1"):
        read_svm_model(path, clip=1)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="transform must be True or False, got 'yes'"):
        read_svm_model(path, transform="yes")  # type: ignore[arg-type]
