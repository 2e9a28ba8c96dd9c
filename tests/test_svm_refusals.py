# SPDX-License-Identifier: BSD-3-Clause
"""Model files that are refused, each with one sentence."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_svrs import Svr, train_svr

from vmaf_dnn import InvalidArgument, ModelNotFound, ModelRejected, Unsupported, VmafDnnError
from vmaf_dnn.svm import read_svm_model

SVR = train_svr()
NAMES: list[str] = SVR.model["feature_names"]
N_VECTORS = len(SVR.regression.support_vectors_)
MALFORMED = r"is no model as libvmaf writes them: {}.*; correct the file, or give another"
NOT_COMPUTED = r"can't be scored natively: {}.*; score it with libvmaf itself"
Edit = Callable[[str], str]


@pytest.fixture
def svr() -> Svr:
    return SVR


def refusal(kind: type[VmafDnnError], path: Path, **how: Any) -> str:
    """What is said of a file: one sentence that names it."""
    with pytest.raises(kind) as caught:
        read_svm_model(path, **how)
    (line,) = str(caught.value).splitlines()
    assert str(path) in line
    assert len(line) < 500
    return line


def assert_malformed(path: Path, words: str, **how: Any) -> None:
    line = refusal(ModelRejected, path, **how)
    assert re.search(f"{path.name} {MALFORMED.format(words)}$", line), line


def assert_not_computed(path: Path, words: str) -> None:
    line = refusal(Unsupported, path)
    assert re.search(f"{path.name} {NOT_COMPUTED.format(words)}$", line), line


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path / "none" / "m.json"):
        assert refusal(ModelNotFound, path) == f"there is no model file {path}; check the path"


def test_a_path_that_no_file_can_have() -> None:
    with pytest.raises(ModelNotFound, match="there is no model file"):
        read_svm_model("m\0.json")
    with pytest.raises(
        ModelRejected, match=r"can't read the model file .*: File name too long; check the path"
    ):
        read_svm_model("m" * 300)
    with pytest.raises(InvalidArgument, match="path must be a path, got 3"):
        read_svm_model(3)  # type: ignore[arg-type]


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for path in (tmp_path / "pipe.json", Path("/dev/zero")):
        line = f"{path} is not a regular file; give libvmaf's .json of a model"
        assert refusal(ModelRejected, path) == line


def test_a_folder(tmp_path: Path) -> None:
    line = f"can't read the model file {tmp_path}: Is a directory; check the path"
    assert refusal(ModelRejected, tmp_path) == line


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    with path.open("wb") as file:
        file.truncate((16 << 20) + 1)
    line = f"{path} has more than 16 MiB, the most a model may have; train a smaller one"
    assert refusal(ModelRejected, path) == line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", r"it is not JSON in UTF-8 \(Expecting value: line 1 column 1"),
        (b"{", r"it is not JSON in UTF-8 \(Expecting property name"),
        (b"\x80\x04", r"it is not JSON in UTF-8 \('utf-8' codec can't decode byte 0x80"),
        (b'\xef\xbb\xbf{"a": 1}', "it is not JSON in UTF-8"),
        (b"[]", r"its JSON is \[\], expected an object"),
        (b'{"a": ' + b"9" * 5000 + b"}", "it is not JSON in UTF-8"),
        (b'{"a": 1, "b": 1, "b": 1}', "it states 'b' twice in one object"),
        (b'{"a": NaN}', "it holds NaN, which is no number of JSON"),
        (b'{"a": -Infinity}', "it holds -Infinity, which is no number of JSON"),
        (b"[" * 100_000, "its JSON is nested too deeply"),
        (b'{"a":' * 100_000, "its JSON is nested too deeply"),
        (b"{}", "its model_dict is None, expected an object"),
        (b'{"model_dict": [1]}', r"its model_dict is \[1\], expected an object"),
        (b'{"model_dict": {}}', "its model_type is None, expected 'LIBSVMNUSVR'"),
    ],
)
def test_what_is_not_a_json_object(tmp_path: Path, text: bytes, words: str) -> None:
    path = tmp_path / "m.json"
    path.write_bytes(text)
    assert_malformed(path, words)


@pytest.mark.parametrize("depth", range(900, 1000, 3))
def test_deep_nesting_wherever_the_stack_ends(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "m.json"
    path.write_text(f'{{"model_dict": {"[" * depth}{"]" * depth}}}')
    assert "is no model as libvmaf writes them" in refusal(ModelRejected, path)


BAD_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"model_type": "LIBSVM"}, "its model_type is 'LIBSVM', expected 'LIBSVMNUSVR'"),
    ({"model_type": "x" * 99}, rf"its model_type is '{'x' * 79}\.\.\., expected"),
    ({"model_type": "two\nlines\ud800"}, r"its model_type is 'two\\nlines\\ud800', expected"),
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
    ({"feature_opts_dicts": [1] * 6}, "its feature_opts_dicts for adm2 is 1, expected an object"),
    ({"slopes": None}, "its slopes is None, expected 7 finite numbers"),
    ({"slopes": [1.0] * 6}, "its slopes is .*, expected 7 finite numbers"),
    ({"slopes": [1.0] * 8}, "its slopes is .*, expected 7 finite numbers"),
    ({"slopes": [0.0] + [1.0] * 6}, "its first slope, which the score is divided by, is 0"),
    ({"slopes": 7}, "its slopes is 7, expected 7 finite numbers"),
    ({"intercepts": [0] * 6 + ["1"]}, r"its intercepts\[6\] is '1', expected a finite number"),
    ({"intercepts": [True] + [0] * 6}, r"its intercepts\[0\] is True, expected a finite number"),
    ({"intercepts": [0, 10**400] + [0] * 5}, r"its intercepts\[1\] is 1000*\.\.\., expected a finite number"),
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
    assert_malformed(path, r"its score_clip\[1\] is inf, expected a finite number")


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


def in_vector(edit: Edit) -> Edit:
    """An edit of the first support vector's line."""

    def edited(text: str) -> str:
        head, body = text.split("\nSV\n")
        first, rest = body.split("\n", 1)
        return f"{head}\nSV\n{edit(first)}\n{rest}"

    return edited


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: "", "its libsvm text has no line SV"),
        (lambda text: text.replace("\nSV\n", "\nSV \n"), "its libsvm text has no line SV"),
        (
            lambda text: re.sub("gamma.*\n", "", text),
            "its libsvm text starts with 'svm_type, .*', expected svm_t",
        ),
        (
            lambda text: text.replace("rho", "gamma"),
            "its libsvm text starts with 'svm_type, .*', expected svm_t",
        ),
        (lambda text: "probA 1\n" + text, "its libsvm text starts with 'probA, .*', expected svm_type"),
        (
            lambda text: text.replace("nr_class 2", "nr_class 3"),
            "its libsvm text's nr_class is '3', expected '2'",
        ),
        (
            lambda text: re.sub("gamma .*", "gamma 0", text),
            "its libsvm text's gamma is 0.0, expected more than 0",
        ),
        (lambda text: re.sub("gamma .*", "gamma -1", text), "its libsvm text's gamma is -1.0, expected more"),
        (
            lambda text: re.sub("gamma .*", "gamma", text),
            "its libsvm text has '' in gamma, expected a finite",
        ),
        (
            lambda text: re.sub("rho .*", "rho inf", text),
            "its libsvm text has 'inf' in rho, expected a finite",
        ),
        (
            lambda text: re.sub("rho .*", "rho 1_0", text),
            "its libsvm text has '1_0' in rho, expected a finite",
        ),
        (
            lambda text: re.sub("rho .*", "rho \u0661", text),
            r"its libsvm text has '\\u0661' in rho, expected",
        ),
        (
            lambda text: text + "1 1:0\n",
            f"its libsvm text says total_sv '{N_VECTORS}' and has {N_VECTORS + 1} sup",
        ),
        (
            lambda text: text.rpartition(" \n")[0].rpartition("\n")[0],
            f"its .* and has {N_VECTORS - 1} support v",
        ),
        (
            lambda text: re.sub("total_sv .*", "total_sv 1e2", text),
            f"its .* total_sv '1e2' and has {N_VECTORS} ",
        ),
        (
            lambda text: text.partition("SV\n")[0] + "SV\n",
            "its libsvm text says total_sv .* and has 1 support v",
        ),
        (in_vector(lambda line: ""), "its libsvm text has '' in support vector 1, expected a finite number"),
        (
            in_vector(lambda line: "x" + line),
            "its libsvm text has 'x.*' in support vector 1, expected a finite",
        ),
        (
            in_vector(lambda line: line + "7:1"),
            "its libsvm text has '7:1' in support vector 1, expected index:va",
        ),
        (
            in_vector(lambda line: line + "6:1"),
            "its .* '6:1' in .* 1, expected .* that rise from 1 to at most 6",
        ),
        (
            in_vector(lambda line: "1 0:1"),
            "its libsvm text has '0:1' in support vector 1, expected index:value",
        ),
        (
            in_vector(lambda line: "1 -1:1"),
            "its libsvm text has '-1:1' in support vector 1, expected index:value",
        ),
        (
            in_vector(lambda line: "1 2:1 1:1"),
            "its libsvm text has '1:1' in support vector 1, expected index:val",
        ),
        (
            in_vector(lambda line: "1 1"),
            "its libsvm text has '' in support vector 1, expected a finite number",
        ),
        (
            in_vector(lambda line: "1 x:1"),
            "its libsvm text has 'x:1' in support vector 1, expected index:value",
        ),
        (
            in_vector(lambda line: f"1 {'9' * 5000}:1"),
            r"its libsvm text has '9*\.\.\. in support vector 1, expect",
        ),
        (
            in_vector(lambda line: "1 1:nan"),
            "its libsvm text has 'nan' in support vector 1, expected a finite",
        ),
        (
            in_vector(lambda line: "1e999 1:1"),
            "its libsvm text has '1e999' in support vector 1, expected a finite",
        ),
    ],
)
def test_a_damaged_libsvm_text(tmp_path: Path, svr: Svr, edit: Edit, words: str) -> None:
    assert_malformed(svr.write(tmp_path / "m.json", model=edit(svr.model["model"])), words)


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
            {"chroma_correction_parameter": 0.5},
            "it has a chroma_correction_parameter, and only luma is compared",
        ),
        (
            {"feature_names": ["VMAF_feature_adm2_score", *NAMES[1:]]},
            r"it is over 'VMAF_feature_adm2_score', a floating-point feature, and only libvmaf's integer fe",
        ),
        (
            {"feature_names": [*NAMES[:5], "VMAF_integer_feature_motion3_score"]},
            r"it is over 'VMAF_integer_feature_motion3_score', and only VMAF_integer_feature_\*_score of ad",
        ),
        ({"feature_names": ["cambi", *NAMES[1:]]}, "it is over 'cambi', and only VMAF_integer_feature_"),
        (
            {"feature_opts_dicts": [{"adm_csf_mode": 1}, *[{}] * 5]},
            "it sets 'adm_csf_mode' of adm2, and only adm_enhn_gain_limit is computed for it",
        ),
        (
            {"feature_opts_dicts": [{"vif_enhn_gain_limit": 1.0}, *[{}] * 5]},
            "it sets 'vif_enhn_gain_limit' of adm2, and only adm_enhn_gain_limit is computed for it",
        ),
        (
            {"feature_opts_dicts": [{}, {"motion_force_zero": True}, *[{}] * 4]},
            "it sets 'motion_force_zero' of motion2, and no option is computed for it",
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


def test_a_collection_of_models(tmp_path: Path, svr: Svr) -> None:
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"0": svr.content, "1": svr.content}))
    assert_not_computed(path, "it is a collection of models, and only single ones are computed")


@pytest.mark.parametrize("limit", [0.99, 100.1, -1, "1.0", None, True])
def test_a_gain_limit_out_of_range(tmp_path: Path, svr: Svr, limit: Any) -> None:
    path = svr.write(tmp_path / "m.json", feature_opts_dicts=[{"adm_enhn_gain_limit": limit}, *[{}] * 5])
    number = "a limit from 1 to 100" if type(limit) in (int, float) else "a finite number"
    assert_malformed(path, f"its feature_opts_dicts for adm2 is {limit!r}, expected {number}")


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


def read_or_refused(path: Path) -> str:
    """What is said of a file, if it is refused."""
    try:
        read_svm_model(path)
    except (ModelRejected, Unsupported) as refused:
        return str(refused)
    return ""


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from([*SVR.model, "score_transform", "feature_opts_dicts"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=FIELDS, value=VALUES)
def test_any_value_of_a_field_is_read_or_refused(tmp_path: Path, field: str, value: Any) -> None:
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"model_dict": SVR.model | {field: value}}))
    assert len(read_or_refused(path).splitlines()) <= 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 6000), length=st.integers(0, 40), patch=st.binary(max_size=12))
def test_any_damage_is_read_or_refused(tmp_path: Path, start: int, length: int, patch: bytes) -> None:
    path = tmp_path / "m.json"
    data = json.dumps(SVR.content).encode()
    path.write_bytes(data[:start] + patch + data[start + length :])
    assert len(read_or_refused(path).splitlines()) <= 1
