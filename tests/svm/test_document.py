# SPDX-License-Identifier: BSD-3-Clause
"""Files that hold no JSON object, or a damaged one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.make_svrs import train_svr
from tests.support.svr_refusals import assert_malformed, refusal
from vmaf_dnn import InvalidArgument, ModelNotFound, ModelRejected, Unsupported
from vmaf_dnn.svm import read_svm_model

pytestmark = pytest.mark.slow


SVR = train_svr()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path / "none" / "m.json"):
        assert refusal(ModelNotFound, path) == f"There is no model file {path}; restore it or name another."


def test_a_path_that_no_file_can_have() -> None:
    with pytest.raises(ModelNotFound, match=r"no model file m\\x00\.json; a path holds no NUL byte"):
        read_svm_model("m\0.json")
    with pytest.raises(ModelRejected, match=r"model file m+ can't be opened \(File name too long\); check"):
        read_svm_model("m" * 300)
    with pytest.raises(InvalidArgument, match="path must be a path, got 3"):
        read_svm_model(3)  # type: ignore[arg-type]


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for path in (tmp_path, tmp_path / "pipe.json", Path("/dev/zero")):
        line = f"The model file {path} is not a regular file; give the path of a file."
        assert refusal(ModelNotFound, path) == line


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    with path.open("wb") as file:
        file.truncate((16 << 20) + 1)
    line = f"The model file {path} has 16777217 bytes; at most 16777216 are admitted."
    assert refusal(ModelRejected, path) == line


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.touch()
    assert refusal(ModelRejected, path) == f"The model file {path} is empty; write it again."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"{", r"it is not JSON in UTF-8 \(.* line 1, column 2: syntax error while parsing object key"),
        (b"\x80\x04", r"it is not JSON in UTF-8 \(.* line 1, column 1"),
        (b'{"a": "\x80"}', r"it is not JSON in UTF-8 \(.* ill-formed UTF-8 byte"),
        (b'{"a": 1}\0', r"it is not JSON in UTF-8 \(it has a NUL byte\)"),
        (b'\xef\xbb\xbf{"a": 1}', r"it is not JSON in UTF-8 \(it begins with a byte order mark\)"),
        (b"[]", r"its JSON is \[\], expected an object"),
        (
            b'{"a": ' + b"9" * 5000 + b"}",
            r"it holds the number 9{40}\.\.\. \(5000 bytes\), which is too",
        ),
        (b'{"a": 1, "b": 1, "b": 1}', 'the key "b" stands twice in one object'),
        (b'{"a": NaN}', r"it is not JSON in UTF-8 \(.* invalid literal"),
        (b'{"a": -Infinity}', r"it is not JSON in UTF-8 \(.* invalid number"),
        (b"[" * 100_000, "it nests lists and objects deeper than 16 levels"),
        (b'{"a":' * 100_000, "it nests lists and objects deeper than 16 levels"),
        (b"[" + b"0," * 1_100_000 + b"0]", "it holds more than 1048576 values"),
        (b"{}", "its model_dict is None, expected an object"),
        (b'{"model_dict": [1]}', r"its model_dict is \[1\], expected an object"),
        (b'{"model_dict": {}}', "its model_type is None, expected 'LIBSVMNUSVR'"),
    ],
)
def test_what_is_not_a_json_object(tmp_path: Path, text: bytes, words: str) -> None:
    path = tmp_path / "m.json"
    path.write_bytes(text)
    assert_malformed(path, words)


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
