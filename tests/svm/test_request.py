# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's text for a model, parsed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from vmaf_dnn import InvalidArgument
from vmaf_dnn.svm import ModelRequest, parse_model_flag


def request(**fields: Any) -> ModelRequest:
    defaults = {
        "version": None,
        "path": None,
        "name": "vmaf",
        "disable_clip": False,
        "enable_transform": False,
    }
    return ModelRequest(**defaults | fields)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("version=vmaf_v0.6.1", {"version": "vmaf_v0.6.1"}),
        ("path=m.json", {"path": Path("m.json")}),
        ("name=foo:path=/a b/m.json", {"path": Path("/a b/m.json"), "name": "foo"}),
        (
            "path=m.json:name=foo:disable_clip=true:enable_transform=true",
            {"path": Path("m.json"), "name": "foo", "disable_clip": True, "enable_transform": True},
        ),
        ("path=m.json:disable_clip=false", {"path": Path("m.json")}),
        ("path=m.json:disable_clip", {"path": Path("m.json"), "disable_clip": True}),
        ("enable_transform:version=v", {"version": "v", "enable_transform": True}),
        ("path=c:/a:b/m.json:name=foo", {"path": Path("c:/a:b/m.json"), "name": "foo"}),
        ("path=a=b.json", {"path": Path("a=b.json")}),
        ("version=v:cambi.enc_bitdepth=8", {"version": "v", "overloads": {"cambi.enc_bitdepth": "8"}}),
    ],
)
def test_reads_what_libvmaf_reads(text: str, fields: dict[str, Any]) -> None:
    assert parse_model_flag(text) == request(**fields, text=text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "",
            "it states '', which is not one of path, version, name, disable_clip, enable_transform; leave",
        ),
        ("m.json", "'m.json' stands alone; write path=m.json"),
        ("name=foo", "it must state one of path and version; as in path=FILE.json:name=NAME"),
        ("version=v:path=m.json", "it must state one of path and version"),
        ("version=v:version=w", "it states version twice; state it once"),
        ("path=m.json:disable_clip:disable_clip=true", "it states disable_clip twice; state it once"),
        ("version=", "version has no value; write version=VALUE"),
        ("path=m.json:name", "name has no value; write name=VALUE"),
        ("path=:m.json", "path has no value; write path=VALUE"),
        ("version=v:name", "name has no value; write name=VALUE"),
        ("version=v:", "it states '', which is not one of"),
        ("path=m.json:nam=foo", "it states 'nam', which is not one of"),
        (
            "path=m.json:disable_clip=1",
            "disable_clip is '1', expected true or false; write disable_clip=true",
        ),
        ("path=m.json:enable_transform=", "enable_transform has no value; write enable_transform=VALUE"),
        ("version=v:adm.adm_enhn_gain_limit=", "adm.adm_enhn_gain_limit has no value; write"),
    ],
)
def test_refuses_what_it_cannot_read(text: str, words: str) -> None:
    with pytest.raises(InvalidArgument, match=re.escape(f"the model {text!r} can't be read: {words}")):
        parse_model_flag(text)


def test_refuses_a_name_that_no_log_can_hold() -> None:
    sentence = "name in the model 'version=v:name=a b' must be a word of ASCII letters, .*, got 'a b'"
    with pytest.raises(InvalidArgument, match=sentence):
        parse_model_flag("version=v:name=a b")


def test_refuses_what_is_no_text() -> None:
    with pytest.raises(InvalidArgument, match="model must be a word, got 3"):
        parse_model_flag(3)  # type: ignore[arg-type]
