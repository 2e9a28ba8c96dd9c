# SPDX-License-Identifier: BSD-3-Clause
"""A registry is parsed once, and anew when it is another."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support import make_models
from tests.support.settled import bytes_read, settle, write_back
from vmaf_dnn import DigestMismatch, RegistryInvalid, Session

pytestmark = pytest.mark.slow  # they wait until a file is old

MOST_KEPT = 8


def one_model(folder: Path, description: str = "A") -> Path:
    """Write a model and a registry larger than it."""
    folder.mkdir(exist_ok=True)
    entry = make_models.write_entry(
        folder, "mean", make_models.mean_of_six(), description=description, notes="n" * 20_000
    )
    return make_models.write_registry(folder, [entry])


def read_to_open(registry: Path) -> int:
    return bytes_read(lambda: Session("mean", registry=registry))


def description(registry: Path) -> str:
    return vmaf_dnn.models(registry)[0].description


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    path = one_model(tmp_path / "one")
    settle(path)
    return path


def test_a_second_open_reads_the_model_alone(registry: Path) -> None:
    size = registry.stat().st_size
    assert read_to_open(registry) >= size
    assert read_to_open(registry) == (registry.parent / "mean.onnx").stat().st_size
    link = registry.parent.parent / "link.json"
    link.symlink_to(registry)
    assert read_to_open(link) < size


def test_a_change_of_the_same_size_and_time_is_noticed(registry: Path) -> None:
    assert [description(registry) for _ in range(2)] == ["A"] * 2
    write_back(registry, registry.read_text().replace('"A"', '"B"'))
    assert description(registry) == "B"
    settle(registry)
    assert [description(registry) for _ in range(2)] == ["B"] * 2
    write_back(registry, registry.read_text().replace('"id"', '"ix"'))
    with pytest.raises(RegistryInvalid, match='unknown field "ix"'):
        Session("mean", registry=registry)


def test_changes_within_one_tick_of_the_clock_are_noticed(tmp_path: Path) -> None:
    registry = one_model(tmp_path)
    text = registry.read_text()
    for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ":
        write_back(registry, text.replace('"A"', f'"{letter}"'))
        assert description(registry) == letter


def test_a_file_that_is_put_in_its_place_is_noticed(registry: Path) -> None:
    description(registry)
    status = registry.stat()
    other = registry.with_name("other.json")
    other.write_text(registry.read_text().replace('"A"', '"B"'))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(registry)
    assert description(registry) == "B"


def test_one_file_in_two_folders_names_the_models_of_each(registry: Path, tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "mean.onnx").write_bytes(b"others")
    os.link(registry, tmp_path / "two" / "registry.json")
    settle(registry)
    for _ in range(2):
        assert Session("mean", registry=registry).info.path == str(registry.parent / "mean.onnx")
        with pytest.raises(DigestMismatch, match=r"two/mean\.onnx"):
            Session("mean", registry=tmp_path / "two" / "registry.json")


def test_a_folder_that_moved_takes_its_models_along(registry: Path, tmp_path: Path) -> None:
    Session("mean", registry=registry)
    moved = registry.parent.rename(tmp_path / "moved") / "registry.json"
    assert Session("mean", registry=moved).info.path == str(tmp_path / "moved" / "mean.onnx")


def test_few_are_kept_and_the_last_used_the_longest(tmp_path: Path) -> None:
    registries = [one_model(tmp_path / str(i)) for i in range(MOST_KEPT + 4)]
    settle(*registries)
    size = registries[0].stat().st_size
    for registry in registries:
        Session("mean", registry=registry)
        Session("mean", registry=registries[0])
    is_kept = [read_to_open(registry) < size for registry in reversed(registries[-MOST_KEPT + 1 :])]
    assert is_kept == [True] * (MOST_KEPT - 1)
    assert read_to_open(registries[0]) < size
    assert read_to_open(registries[1]) >= size


def test_no_more_text_than_a_mebibyte_is_kept(tmp_path: Path) -> None:
    registries = [one_model(tmp_path / str(i)) for i in range(3)]
    for registry in registries:
        listed = json.loads(registry.read_text())
        listed["models"][0]["notes"] = "n" * 400_000
        registry.write_text(json.dumps(listed))
    settle(*registries)
    for registry in registries:
        Session("mean", registry=registry)
    assert [read_to_open(registry) < 400_000 for registry in (registries[2], registries[1])] == [True] * 2
    assert read_to_open(registries[0]) > 400_000


def test_a_registry_that_is_gone_is_missed(registry: Path) -> None:
    Session("mean", registry=registry)
    shutil.move(registry, registry.with_name("elsewhere.json"))
    with pytest.raises(vmaf_dnn.ModelNotFound, match="There is no registry"):
        Session("mean", registry=registry)


def test_many_threads_open_while_registries_come_and_go(tmp_path: Path) -> None:
    registries = [one_model(tmp_path / str(i), f"{i:02}") for i in range(MOST_KEPT + 4)]
    settle(*registries)
    wrong: list[str] = []

    def open_all(start: int) -> None:
        for i in range(200):
            j = (start + i) % len(registries)
            if description(registries[j]) != f"{j:02}":
                wrong.append(f"{j}")

    threads = [threading.Thread(target=open_all, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
