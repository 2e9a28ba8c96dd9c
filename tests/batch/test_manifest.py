# SPDX-License-Identifier: BSD-3-Clause
"""Manifests of every form, and each fault of one as a sentence with its row."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from socket import AF_UNIX, socket
from typing import Any

import pytest

pytest.importorskip("pyarrow")

import pyarrow as pa
from pyarrow import parquet

from vmaf_dnn import InvalidArgument
from vmaf_dnn.batch.manifest import ManifestInvalid, read_manifest

CELLS: list[dict[str, Any]] = [
    {"reference": "a.y4m", "distorted": "b.mp4", "subsample": None, "scale": None},
    {"reference": "a.y4m", "distorted": "b.mp4", "subsample": 2, "scale": "true"},
    {"reference": "a.y4m", "distorted": "c d.mp4", "subsample": 2, "scale": "720"},
]


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def as_csv(folder: Path) -> Path:
    lines = ["reference,distorted,subsample,scale"]
    lines += [",".join("" if cell is None else str(cell) for cell in row.values()) for row in CELLS]
    return write(folder / "m.csv", "\ufeff" + "\n".join(lines) + "\n\n")


def as_json_lines(folder: Path) -> Path:
    return write(folder / "m.jsonl", "".join(json.dumps(row) + "\n" for row in CELLS))


def as_parquet(folder: Path) -> Path:
    parquet.write_table(pa.Table.from_pylist(CELLS), folder / "m.parquet")
    return folder / "m.parquet"


@pytest.mark.parametrize("form", [as_csv, as_json_lines, as_parquet])
def test_every_form_says_the_same(form: Callable[[Path], Path], tmp_path: Path) -> None:
    pairs = read_manifest(form(tmp_path))
    assert [(pair.row, pair.reference, pair.distorted) for pair in pairs] == [
        (1, "a.y4m", "b.mp4"),
        (2, "a.y4m", "b.mp4"),
        (3, "a.y4m", "c d.mp4"),
    ]
    assert pairs[2].paths == (str(tmp_path / "a.y4m"), str(tmp_path / "c d.mp4"))
    assert [dict(pair.options.given) for pair in pairs] == [
        {},
        {"scale": True, "subsample": 2},
        {"scale": 720, "subsample": 2},
    ]


def test_defaults_stand_where_a_row_says_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", "reference,distorted,subsample\na,b,\na,c,3\n")
    pairs = read_manifest(path, {"subsample": "2", "threads": 2})
    assert [pair.options.video.subsample for pair in pairs] == [2, 3]
    assert {pair.options.video.threads for pair in pairs} == {2}


def test_columns_may_be_spelt_as_flags_are(tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", "reference,distorted,--tiny-model,no-grain\na,b,vmaf_tiny_v4,yes\n")
    (pair,) = read_manifest(path)
    assert pair.options.keywords["tiny_model"] == ["vmaf_tiny_v4"]
    assert pair.options.video.no_grain


def test_rows_with_equal_options_share_them(tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", "reference,distorted,scale\na,b,true\na,c,true\n")
    first, second = read_manifest(path)
    assert first.options is second.options


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("a,b,0,", "row 1: subsample must be 1 or more, got 0."),
        ("a,b,x,", "row 1: subsample must be a whole number, got 'x'."),
        ("a,b,,wide", "row 1: pixel_format must be one of 420, 422, 444, got wide."),
        (",b,,", "row 1: it names no reference clip; write its path into the column reference."),
        ("a,-,,", "row 1: the distorted clip is -, which is read once; a batch reads files."),
        ("a,b", "row 1: it has 2 cells, and there are 4 columns."),
        ("a,b,,420", "row 1: raw video needs width, height, pixel_format, bitdepth, all four"),
    ],
)
def test_each_fault_names_its_row(row: str, fault: str, tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", f"reference,distorted,subsample,pixel_format\n{row}\n")
    with pytest.raises(ManifestInvalid) as caught:
        read_manifest(path)
    assert caught.value.errors[0].startswith(fault)


def test_what_is_no_file_is_refused_with_its_row(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.y4m")
    with socket(AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.y4m"))
    path = write(tmp_path / "m.csv", "reference,distorted\npipe.y4m,b\na,socket.y4m\na,/dev/null\n")
    with pytest.raises(ManifestInvalid) as caught:
        read_manifest(path)
    assert caught.value.errors == [
        "row 1: the reference clip pipe.y4m is a named pipe; a batch reads files.",
        "row 2: the distorted clip socket.y4m is a socket; a batch reads files.",
        "row 3: the distorted clip /dev/null is a device; a batch reads files.",
    ]


@pytest.mark.parametrize("role", ["reference", "distorted"])
def test_a_clip_is_no_option_of_all_rows(role: str, tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", "reference,distorted\na,b\n")
    with pytest.raises(InvalidArgument, match=f"^{role} is no option; "):
        read_manifest(path, {role: "x"})


def test_a_row_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", "reference,distorted,scale\na,b,\na,b,true\n./a,x/../b,\n")
    with pytest.raises(ManifestInvalid, match=r"^row 3: it repeats row 1: x/../b; keep one\.$"):
        read_manifest(path)


def test_faults_are_named_up_to_twenty(tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", "reference,distorted\n" + ",b\n" * 25)
    with pytest.raises(ManifestInvalid) as caught:
        read_manifest(path)
    assert len(caught.value.errors) == 21
    assert caught.value.errors[-1] == f"{path}: 5 rows more can't be scored as they are."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("reference,distort\na,b\n", "has no column distorted; its columns are reference, distort."),
        ("reference,distorted,colour\na,b,c\n", "has a column 'colour', which is no option; there are"),
        ("reference,distorted,scale,scale\na,b,,\n", "has the column scale 2 times; keep one."),
        ("reference,distorted\n", "has no rows; give each pair of clips one"),
        ("", "has no column reference; its columns are ."),
        ('reference,distorted\n"a,b\n', "is no CSV that can be read"),
    ],
)
def test_a_table_that_is_no_manifest(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument) as caught:
        read_manifest(write(tmp_path / "m.csv", text))
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("m.csv", b"reference,distorted\na,\xff\n", "is not text of UTF-8; save it as that."),
        ("m.txt", b"", "must be named .csv, .jsonl or .parquet, for what it is."),
        ("m.parquet", b"PAR1", "can't be read as parquet"),
        ("m.jsonl", b"{\n", "row 1: it is no JSON"),
        ("m.jsonl", b"[1]\n", "row 1: it must be a JSON object, got '[1]'."),
        (
            "m.jsonl",
            b'{"reference": "a", "distorted": "b", "sheep": 1}\n',
            "row 1: there is no option 'sheep'",
        ),
        (
            "m.jsonl",
            b'{"reference": "\\ud800", "distorted": "b"}\n',
            "row 1: the reference clip is '\\ud800', which",
        ),
        (
            "m.jsonl",
            b'{"reference": "a\\u0000", "distorted": "b"}\n',
            "which is the name of no file; correct it.",
        ),
        ("m.jsonl", b'{"reference": "a", "distorted": 7}\n', "row 1: it names no distorted clip"),
        (
            "m.jsonl",
            b'{"reference": "a", "distorted": "b", "model": [1]}\n',
            "row 1: model must be a word or",
        ),
    ],
)
def test_a_file_that_is_no_manifest(name: str, content: bytes, fault: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidArgument) as caught:
        read_manifest(tmp_path / name)
    assert fault in str(caught.value)


def test_a_manifest_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="can't be read: No such file or directory"):
        read_manifest(tmp_path / "none.csv")
