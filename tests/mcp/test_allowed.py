# SPDX-License-Identifier: BSD-3-Clause
"""Which files are a client's to name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmaf_dnn import InvalidArgument
from vmaf_dnn.mcp.allowed import ALLOW_VARIABLE, Allowed


def test_folders_are_a_list_as_of_path(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").symlink_to(tmp_path / "a")
    names = os.pathsep.join(["", str(tmp_path / "a"), str(tmp_path / "b"), ""])
    assert Allowed.of({ALLOW_VARIABLE: names}).folders == (tmp_path / "a", tmp_path / "a")
    assert Allowed.of({}).folders == ()


def test_a_folder_that_is_not_there_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=r"VMAF_DNN_MCP_ALLOW names '.*missing', which is no folder"):
        Allowed.of({ALLOW_VARIABLE: str(tmp_path / "missing")})


def test_relative_names_are_looked_for_in_each_folder(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "b" / "clip").write_text("of b")
    allowed = Allowed((tmp_path / "a", tmp_path / "b"))
    assert allowed.path("ref", "clip") == tmp_path / "b" / "clip"
    assert allowed.path("ref", str(tmp_path / "b" / "clip")) == tmp_path / "b" / "clip"


def test_a_link_within_the_folders_is_followed(tmp_path: Path) -> None:
    (tmp_path / "clip").write_text("it")
    (tmp_path / "link").symlink_to("clip")
    assert Allowed((tmp_path,)).path("ref", "link") == tmp_path / "clip"


@given(
    st.lists(st.sampled_from(["..", ".", "inner", "clip", "link", "", "x\0", "~"]), min_size=1, max_size=6)
)
def test_whatever_the_name_nothing_outside_is_opened(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    root = tmp_path_factory.mktemp("root")
    inner = root / "inner"
    inner.mkdir()
    (root / "clip").write_text("outside")
    (inner / "clip").write_text("inside")
    (inner / "link").symlink_to(root)
    try:
        descriptor = Allowed((inner,)).open("ref", "/".join(parts))
    except InvalidArgument:
        return
    with open(descriptor) as file:
        assert file.read() == "inside"


def test_a_file_that_becomes_a_link_while_it_is_opened_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "clip").write_text("inside")
    (tmp_path / "clip").write_text("outside")
    opened = os.open

    def swapped(path: Path, flags: int) -> int:
        (folder / "sub").rename(tmp_path / "gone")
        (folder / "sub").symlink_to(tmp_path)
        return opened(path, flags)

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(InvalidArgument, match="which moved while it was opened"):
        Allowed((folder,)).open("ref", "sub/clip")
