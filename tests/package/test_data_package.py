# SPDX-License-Identifier: BSD-3-Clause
"""The package `vmaf-dnn-models`: built from `model/`, found beside the library, and named to who lacks it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.paths import ROOT

pytest.importorskip("torch")  # the toy model is written by the training half

from tests.support.kind_models import write_model
from vmaf_train.files import read_json
from vmaf_train.publish.registry import write_registry
from vmaf_train.publish.sidecar import ModelFiles, amend_sidecar

ID = "learned_filter_v1"
FAMILIES = ("frames", "plans")


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VMAF_"))}
    words = [str(word) for word in command]
    return subprocess.run(
        words, cwd=cwd, env=clean | environment, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What of a checkout the package is built from, with one model of a shipped id."""
    checkout = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "model", checkout / "model", ignore=shutil.ignore_patterns("tiny", *FAMILIES))
    frames = checkout / "model" / "frames"
    frames.mkdir()
    files = write_model(frames, "filter")
    named = ModelFiles(files.onnx.with_name(f"{ID}.onnx"))
    for old, new in (
        (files.onnx, named.onnx),
        (files.sidecar, named.sidecar),
        (files.training, named.training),
    ):
        old.rename(new)
    amend_sidecar(named, {"id": ID, "onnx": named.onnx.name, "training": named.training.name})
    write_registry(frames)
    (frames / "registry.report.json").write_text("{}")
    return checkout


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The library alone, where no models of other kinds are."""
    ignore = shutil.ignore_patterns(*FAMILIES, "__pycache__")
    shutil.copytree(Path(vmaf_dnn.__file__).parent, tmp_path / "vmaf_dnn", ignore=ignore)
    return tmp_path


def said_of(id_: str, site: Path) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "vmaf_dnn", "info", id_, cwd=site.parent, PYTHONPATH=str(site))


def install(words: list[str], site: Path, checkout: Path) -> None:
    pip = [
        sys.executable,
        "-m",
        *words,
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--target",
        str(site),
    ]
    done = run(*pip, cwd=checkout)
    assert done.returncode == 0, done.stderr


@pytest.mark.as_installed
def test_who_lacks_it_is_told_and_the_cure_works(site: Path, checkout: Path) -> None:
    refused = said_of(ID, site)
    assert refused.returncode == 1
    assert f'vmaf-dnn: error: The model "{ID}" is not in ' in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    cure = re.search(r"in a checkout (pip install \./model)\.", refused.stderr)
    assert cure is not None
    install(shlex.split(cure[1]), site, checkout)
    found = said_of(ID, site)
    assert found.returncode == 0, found.stderr
    assert "kind: filter\n" in found.stdout


@pytest.mark.as_installed
def test_a_tree_beside_the_packaged_registry_is_found_at_once(site: Path, checkout: Path) -> None:
    shutil.copytree(checkout / "model" / "frames", site / "vmaf_dnn" / "model" / "frames")
    assert said_of(ID, site).returncode == 0


@pytest.mark.as_installed
def test_a_registry_that_is_named_is_all_that_is_sought_in(site: Path) -> None:
    registry = site / "vmaf_dnn" / "model" / "tiny" / "registry.json"
    refused = run(
        *(sys.executable, "-m", "vmaf_dnn", "info", ID, "--registry", registry),
        cwd=site,
        PYTHONPATH=str(site),
    )
    assert f'There is no model "{ID}" in ' in refused.stderr


def test_the_wheel_holds_registries_and_no_reports(checkout: Path, tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    done = run(*pip, "--wheel-dir", tmp_path, "./model", cwd=checkout)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name.endswith("-py3-none-any.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = {f"frames/{path.name}" for path in (checkout / "model" / "frames").iterdir()}
    wanted = {*files, "__init__.py"} - {"frames/registry.report.json"}
    assert names == {f"vmaf_dnn_models/{name}" for name in wanted}


def test_its_version_is_that_of_the_library() -> None:
    project = tomllib.loads((ROOT / "model" / "pyproject.toml").read_text())["project"]
    assert project["version"] == vmaf_dnn.__version__


@pytest.mark.parametrize("family", FAMILIES)
def test_who_lacks_a_shipped_model_is_told_where_it_is(family: str) -> None:
    path = ROOT / "model" / family / "registry.json"
    if not path.is_file():
        pytest.skip(f"no {family} are shipped")
    source = (ROOT / "csrc" / "registry" / "resolve.cc").read_text()
    for model in read_json(path)["models"]:
        assert f'"{model["id"]}"' in source


@pytest.mark.parametrize("family", FAMILIES)
def test_shipped_registries_are_those_of_their_files(family: str) -> None:
    from vmaf_train.publish.registry import SCHEMAS, check_registry

    folder = ROOT / "model" / family
    if not (folder / "registry.json").is_file():
        pytest.skip(f"no {family} are shipped")
    assert check_registry(folder / "registry.json") > 0
    for name, schema in SCHEMAS.items():
        assert json.loads((folder / name).read_text()) == schema
