# SPDX-License-Identifier: BSD-3-Clause
"""The built wheel, alone in a clean environment outside the source tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tools.build_lock import build_lock

pytestmark = pytest.mark.long


def run(*command: str | Path, cwd: Path) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VMAF_"))}
    clean["SOURCE_DATE_EPOCH"] = "1767225600"  # the time of every file in an archive
    words = [str(word) for word in command]
    result = subprocess.run(words, cwd=cwd, env=clean, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def build_wheel(tree: Path, folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps"]
    run(*pip, "--wheel-dir", folder, tree, cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with build_lock("wheel"):
        return build_wheel(ROOT, tmp_path_factory.mktemp("dist"))


def test_wheel_holds_what_it_should_and_no_more(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "libvmaf_dnn.so",
        "include/vmaf_dnn/vmaf_dnn.h",
        "include/vmaf_dnn/extractor.h",
        "include/vmaf_dnn/svm.h",
        "include/vmaf_dnn/export.h",
        "cmake/vmaf_dnn-config.cmake",
        "cmake/vmaf_dnn-config-version.cmake",
        "pkgconfig/vmaf_dnn.pc",
        "py.typed",
        "_core.pyi",
        "model/tiny/registry.json",
    ):
        assert f"vmaf_dnn/{needed}" in names
    assert {name.split("/")[2] for name in names if name.startswith("vmaf_dnn/model/")} == {"tiny"}
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"vmaf_dnn", "vmaf_train"}
    assert [name for name in names if name.endswith((".parquet", ".pyc", ".cc"))] == []
    assert wheel.stat().st_size < 3 * 2**20


def test_two_builds_give_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    """In folders of different names, of trees of different ages."""
    tree = tmp_path / "another place"
    others = shutil.ignore_patterns(".*", "build", "dist", "__pycache__")
    shutil.copytree(ROOT, tree, ignore=others, copy_function=shutil.copy)
    assert build_wheel(tree, tmp_path).read_bytes() == wheel.read_bytes()


def test_wheel_runs_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    pins = ROOT / "requirements" / "lock.txt"
    run(python, "-m", "pip", "install", "--quiet", "--constraint", pins, wheel, cwd=tmp_path)
    row = "[[0.93, 0.36, 0.77, 0.86, 0.92, 3.9]]"
    code = f"import vmaf_dnn; print(vmaf_dnn.Session('vmaf_tiny_v4').run({row})[0])"
    assert 70 < float(run(python, "-c", code, cwd=tmp_path)) < 82
    assert "vmaf_tiny_v4" in run(tmp_path / "venv" / "bin" / "vmaf-dnn", "models", cwd=tmp_path)
    assert "-lvmaf_dnn" in run(python, "-m", "vmaf_dnn.config", "--libs", cwd=tmp_path)
    train = tmp_path / "venv" / "bin" / "vmaf-train"
    assert "one checkpoint -> ONNX and its sidecar" in run(train, "--help", cwd=tmp_path)
    said = subprocess.run(
        [train, "train", "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (said.returncode, said.stdout) == (1, "")
    assert 'is not installed; pip install "vmaf-dnn[training]"' in said.stderr
