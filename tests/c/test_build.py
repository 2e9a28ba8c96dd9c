# SPDX-License-Identifier: BSD-3-Clause
"""The library as a part of another project, static, without a build type; and what a build lacks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.paths import ROOT

pytestmark = pytest.mark.long

PARENT = f"""
cmake_minimum_required(VERSION 3.24)
project(parent C CXX)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(BUILD_SHARED_LIBS OFF)
add_subdirectory({ROOT} vmaf_dnn)
add_executable(score score.c)
target_link_libraries(score PRIVATE vmaf_dnn::vmaf_dnn)
"""
CONSUMER = """
cmake_minimum_required(VERSION 3.15)
project(consumer C)
find_package(vmaf_dnn REQUIRED)
add_executable(score score.c)
target_link_libraries(score PRIVATE vmaf_dnn::vmaf_dnn)
install(TARGETS score)
"""
NEIGHBOUR = f"""
cmake_minimum_required(VERSION 3.24)
project(neighbour C CXX)
add_subdirectory({ROOT} vmaf_dnn)
add_library(own own.c)
get_target_property(vmaf_dnn vmaf_dnn TYPE)
get_target_property(own own TYPE)
message(STATUS "vmaf_dnn ${{vmaf_dnn}}, own ${{own}}")
"""
PROGRAM = (ROOT / "docs" / "c-api.md").read_text().partition("```c\n")[2].partition("```")[0]
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("VMAF_")}


def run(*command: object, **environment: str) -> str:
    done = subprocess.run(
        list(map(str, command)), env=ENVIRONMENT | environment, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parent")
    (folder / "CMakeLists.txt").write_text(PARENT)
    (folder / "score.c").write_text(PROGRAM)
    run("cmake", "-S", folder, "-B", folder / "build")
    run("cmake", "--build", folder / "build", "-j", os.cpu_count() or 1)
    return folder


@pytest.fixture(scope="module")
def expected() -> str:
    score = vmaf_dnn.Session("vmaf_tiny_v2").run([[0.93, 0.36, 0.77, 0.86, 0.92, 3.9]])[0]
    return f"{score:.2f}\n"


def test_a_parent_project_finds_the_models_from_its_build_folder(parent: Path, expected: str) -> None:
    assert run(parent / "build" / "score") == expected


def test_kernels_are_optimised_without_a_build_type(parent: Path) -> None:
    commands = json.loads((parent / "build" / "compile_commands.json").read_text())
    ours = [entry["command"] for entry in commands if "csrc" in entry["file"]]
    assert len(ours) > 50
    assert all(" -O3 " in command for command in ours)


@pytest.fixture(scope="module")
def prefix(parent: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    run("cmake", "--install", parent / "build" / "vmaf_dnn", "--prefix", folder)
    return folder


@pytest.mark.skipif(shutil.which("pkg-config") is None, reason="pkg-config is not installed")
def test_pkg_config_names_what_a_static_library_needs(prefix: Path, parent: Path, expected: str) -> None:
    (pc,) = prefix.rglob("vmaf_dnn.pc")
    flags = run("pkg-config", "--static", "--cflags", "--libs", "vmaf_dnn", PKG_CONFIG_PATH=str(pc.parent))
    program = prefix / "bin" / "score"
    program.parent.mkdir()
    run("cc", parent / "score.c", *flags.split(), "-o", program)
    assert run(program) == expected


def test_find_package_links_a_static_library_into_c(prefix: Path, tmp_path: Path, expected: str) -> None:
    (tmp_path / "CMakeLists.txt").write_text(CONSUMER)
    (tmp_path / "score.c").write_text(PROGRAM)
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", tmp_path / "build")
    run("cmake", "--install", tmp_path / "build", "--prefix", prefix)
    assert run(prefix / "bin" / "score") == expected
    assert "libvmaf_dnn" not in run("objdump", "-p", prefix / "bin" / "score")


def test_the_libraries_of_a_parent_stay_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text(NEIGHBOUR)
    (tmp_path / "own.c").touch()
    for _ in ("first", "from the cache"):
        said = run("cmake", "-S", tmp_path, "-B", tmp_path / "build")
        assert "vmaf_dnn SHARED_LIBRARY, own STATIC_LIBRARY" in said


def test_a_build_without_nlohmann_json_names_the_package_at_once(tmp_path: Path) -> None:
    command = ["cmake", "-S", str(ROOT), "-B", str(tmp_path), "-DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    said = " ".join(done.stderr.split())
    assert (
        "nlohmann-json 3.11 or later was not found. Install it (Debian, Ubuntu: nlohmann-json3-dev;" in said
    )
    assert "-DVMAF_DNN_FETCH_JSON=ON" in said


def test_the_default_build_type_is_release(tmp_path: Path) -> None:
    run("cmake", "-S", ROOT, "-B", tmp_path)
    assert "CMAKE_BUILD_TYPE:STRING=Release" in (tmp_path / "CMakeCache.txt").read_text()
