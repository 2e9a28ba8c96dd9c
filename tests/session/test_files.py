# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import errno
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from vmaf_dnn import InvalidArgument
from vmaf_dnn.files import check_writable, sweep, undone, whole_file, write_whole


def test_appears_under_its_name_only_when_whole(tmp_path: Path) -> None:
    target = tmp_path / "model.onnx"
    with whole_file(target) as temporary:
        temporary.write_bytes(b"half")
        assert not target.exists()
        assert (temporary.parent, temporary.suffix) == (tmp_path, ".onnx")
    assert target.read_bytes() == b"half"
    assert list(tmp_path.iterdir()) == [target]


def test_an_error_in_the_block_passes_and_leaves_what_was(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_text("old")
    with pytest.raises(FileNotFoundError, match="nowhere"), whole_file(target) as temporary:
        temporary.write_text(Path("nowhere").read_text())
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_writers_of_one_path_do_not_meet(tmp_path: Path) -> None:
    target = tmp_path / "a"
    with whole_file(target) as first:
        with whole_file(target) as second:
            first.write_text("first")
            second.write_text("second")
        assert target.read_text() == "second"
    assert target.read_text() == "first"


def test_many_threads_write_one_path(tmp_path: Path) -> None:
    target, texts = tmp_path / "a", [str(n) * 100_000 for n in range(10)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: write_whole(target, text), texts * 5))
    assert target.read_text() in texts
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_is_not_ours_is_not_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", bytes)
    with whole_file(tmp_path / "a") as others:
        with pytest.raises(InvalidArgument, match="File exists"):
            write_whole(tmp_path / "a", "b")
        assert others.exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing/a", "No such file or directory; create its folder first"),
        ("file/a", "Not a directory; name a file in a folder"),
        (".", "it is a folder; name a file in it"),
        ("n" * 300, "File name too long; choose a shorter name"),
    ],
)
def test_refuses_before_the_work_and_at_it(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidArgument, match=f"can't write .*: {sentence}"):
        check_writable(tmp_path / name)
    with pytest.raises(InvalidArgument, match=f"can't write .*: {sentence}"):
        write_whole(tmp_path / name, "text")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        (errno.ENOSPC, "free some space, or choose another disk"),
        (errno.EACCES, "choose a folder that you may write to"),
    ],
)
def test_the_cure_fits_the_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, cure: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(InvalidArgument, match=f"{os.strerror(code)}; {cure}\\.$"):
        write_whole(tmp_path / "a", "text")
    assert list(tmp_path.iterdir()) == []


def test_checking_leaves_nothing(tmp_path: Path) -> None:
    check_writable(tmp_path / "fine")
    check_writable(Path(os.devnull))
    assert list(tmp_path.iterdir()) == []


def test_long_names_have_room(tmp_path: Path) -> None:
    target = tmp_path / ("漢" * 85)  # 255 bytes, the most that file systems take
    write_whole(target, "text")
    assert target.read_text() == "text"


def test_refuses_a_socket(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        for write in (check_writable, lambda path: write_whole(path, "text")):
            with pytest.raises(InvalidArgument, match="it is a socket; name a file, or a pipe that is read"):
                write(tmp_path / "socket")


def test_refuses_a_link_to_itself(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(InvalidArgument, match="Too many levels of symbolic links"):
        write_whole(loop, "text")


def test_a_sweep_takes_what_killed_writers_left_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "model[1].onnx"
    others = [tmp_path / name for name in (".0123-model[1].onnx", f".{'0' * 16}-model.onnx", target.name)]
    for path in (*others, tmp_path / f".{'0a' * 8}-{target.name}"):
        path.touch()
    sweep(target)
    assert sorted(tmp_path.iterdir()) == sorted(others)


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o400, 0o755])
def test_permissions_stay_when_a_file_is_replaced(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    target.chmod(mode)
    with whole_file(target) as temporary:
        assert temporary.stat().st_mode & 0o077 == 0
        temporary.write_text("new")
    assert (target.read_text(), target.stat().st_mode & 0o7777) == ("new", mode)


def test_a_new_file_has_the_permissions_that_the_mask_leaves(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_whole(tmp_path / "a", "new")
    finally:
        os.umask(mask)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owner_and_group_stay_when_a_file_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    os.chown(target, 1234, 4321)
    target.chmod(0o660)
    write_whole(target, "new")
    replaced = target.stat()
    assert (replaced.st_uid, replaced.st_gid, replaced.st_mode & 0o777) == (1234, 4321, 0o660)


def test_another_group_gains_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the group can't be kept, ours may do what all others may."""
    target = tmp_path / "report.json"
    target.write_text("old")
    target.chmod(0o664)
    plain, group = Path.stat, target.stat().st_gid + 1

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    def stat(path: Path, **follow: bool) -> os.stat_result:
        found = list(plain(path, **follow))
        return os.stat_result([*found[:5], group, *found[6:]]) if path == target else plain(path, **follow)

    with monkeypatch.context() as patch:
        patch.setattr(os, "chown", refuse)
        patch.setattr(Path, "stat", stat)
        write_whole(target, "new")
    assert target.stat().st_mode & 0o777 == 0o644


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "folder" / "report.json", tmp_path / "latest.json"
    target.parent.mkdir()
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_whole(link, "new")
    assert (link.is_symlink(), target.read_text(), target.stat().st_mode & 0o777) == (True, "new", 0o640)


def test_an_interrupt_as_the_temporary_file_is_made_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = os.open

    def interrupted(*words: Any) -> int:
        os.close(plain(*words))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_whole(tmp_path / "a", "new")
    assert list(tmp_path.iterdir()) == []


def test_what_is_undone_is_so_though_a_signal_comes_meanwhile() -> None:
    calls: list[int] = []

    def undo() -> None:
        calls.append(len(calls))
        if len(calls) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), undone(undo):
        pass
    assert calls == [0, 1]
