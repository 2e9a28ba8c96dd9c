# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from vmaf_train.provenance import Run, relative_name


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project" / "data").mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").touch()
    return tmp_path / "project"


def test_a_path_in_the_project_is_relative_to_it(project: Path) -> None:
    assert relative_name(project / "data" / "table.parquet") == "data/table.parquet"
    assert relative_name(project / "configs" / ".." / "data" / "table.parquet") == "data/table.parquet"


def test_a_path_outside_is_only_its_name(tmp_path: Path, project: Path) -> None:
    assert relative_name(tmp_path / "elsewhere" / "clip.mkv") == "clip.mkv"


def test_a_relative_path_is_taken_from_where_one_stands(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "data")
    assert relative_name(Path("table.parquet")) == "data/table.parquet"


def test_no_block_holds_an_absolute_path(tmp_path: Path, project: Path) -> None:
    inside, outside = project / "data" / "a.bin", tmp_path / "b.bin"
    inside.write_bytes(b"a")
    argv = ("vmaf-train", "train", "--data", str(inside), f"--out={outside}", "--seed", "3")
    run = Run(Path(__file__), argv, {"data": inside, "more": [outside], "seed": 3})
    block = run.provenance({"data": inside, "none": None, "many": [inside, outside]}, {"out": outside})
    assert str(tmp_path) not in json.dumps(block)
    assert block["argv"] == ["vmaf-train", "train", "--data", "data/a.bin", "--out=b.bin", "--seed", "3"]
    assert block["args"] == {"data": "data/a.bin", "more": ["b.bin"], "seed": 3}


def test_files_carry_their_digests(project: Path) -> None:
    file = project / "data" / "a.bin"
    file.write_bytes(b"content")
    block = Run(Path(__file__), (), {}).provenance({"a": file, "folder": project}, {"b": project / "none"})
    digest = hashlib.sha256(b"content").hexdigest()
    assert block["inputs"] == {
        "a": {"path": "data/a.bin", "exists": True, "kind": "file", "sha256": digest},
        "folder": {"path": "project", "exists": True, "kind": "directory", "sha256": None},
    }
    assert block["outputs"] == {"b": {"path": "none", "exists": False, "kind": "missing", "sha256": None}}
    assert block["schema"] == "ai-run-provenance-v1"


def test_the_entrypoint_is_the_program_and_its_digest() -> None:
    entrypoint = Run(Path(__file__), (), {}).provenance({}, {})["entrypoint"]
    assert entrypoint == {
        "path": f"vmaf_train/{Path(__file__).name}",
        "exists": True,
        "kind": "file",
        "sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
    }
