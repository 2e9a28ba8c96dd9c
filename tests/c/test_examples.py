# SPDX-License-Identifier: BSD-3-Clause
"""examples/c on the installed package, and on a prefix without Python, built in each way that we offer."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support import make_filters
from tests.support.c_programs import run
from tests.support.paths import ROOT
from tools.build_lock import build_lock

pytestmark = pytest.mark.long


EXAMPLES = ROOT / "examples" / "c"
needs_pkg_config = pytest.mark.skipif(
    shutil.which("pkg-config") is None, reason="pkg-config is not installed"
)
NAMES = ["score_rows", "filter_plane"]
ROWS = [[0.93, 0.36, 0.77, 0.86, 0.92, 3.9], [0.98, 0.69, 0.96, 0.98, 0.98, 1.4]]


def ask(*flags: str) -> str:
    return run(sys.executable, "-m", "vmaf_dnn.config", *flags).strip()


def compile_with(options: list[str], folder: Path) -> None:
    for name in NAMES:
        run("cc", "-Wall", "-Wextra", "-Werror", EXAMPLES / f"{name}.c", *options, "-o", folder / name)


def build_with_config(folder: Path) -> None:
    compile_with(ask("--cflags", "--libs").split(), folder)


def build_with_pkg_config(folder: Path, search: str, *options: str) -> None:
    flags = run("pkg-config", "--cflags", "--libs", "vmaf_dnn", PKG_CONFIG_PATH=search)
    compile_with([*flags.split(), *options], folder)


def build_with_cmake(folder: Path, *options: str) -> None:
    run("cmake", "-S", EXAMPLES, "-B", folder, *options)
    run("cmake", "--build", folder)


def talk(program: Path, *arguments: object, given: bytes, fails: bool = False) -> tuple[bytes, str]:
    words = [str(program), *map(str, arguments)]
    done = subprocess.run(words, input=given, capture_output=True, timeout=60)
    assert (done.returncode != 0) == fails, done.stderr
    return done.stdout, done.stderr.decode()


def check_examples(folder: Path) -> None:
    """Scores and planes are Python's; what is not understood is refused."""
    text = "\n".join(" ".join(map(str, row)) for row in ROWS).encode()
    scores = vmaf_dnn.Session("vmaf_tiny_v4").run(ROWS)
    said, _ = talk(folder / "score_rows", "vmaf_tiny_v4", given=text)
    assert said.decode().split() == [f"{score:.4f}" for score in scores]
    assert talk(folder / "score_rows", given=text.replace(b" ", b", "))[0].count(b"\n") == len(ROWS)
    assert "no row of 6 numbers" in talk(folder / "score_rows", given=text + b"\n1 2", fails=True)[1]
    assert "no_such_model" in talk(folder / "score_rows", "no_such_model", given=b"", fails=True)[1]

    model = folder / "blur.onnx"
    model.write_bytes(make_filters.blur())
    picture = np.random.default_rng(1).integers(0, 256, (21, 33)).astype(np.uint8)
    filtered, note = talk(folder / "filter_plane", model, given=b"P5\n33 21\n255\n" + picture.tobytes())
    blurred = vmaf_dnn.Session(model).run(picture[None, None] / np.float32(255))
    assert note == "on CPU\n"
    assert filtered == b"P5 33 21 255\n" + np.floor(blurred * 255 + 0.5).astype(np.uint8).tobytes()
    assert "no 8-bit binary PGM" in talk(folder / "filter_plane", model, given=b"P6 1 1 255\n", fails=True)[1]


def test_the_flags_of_the_package_build_the_examples(tmp_path: Path) -> None:
    build_with_config(tmp_path)
    check_examples(tmp_path)


@needs_pkg_config
def test_pkg_config_builds_the_examples(tmp_path: Path) -> None:
    build_with_pkg_config(tmp_path, ask("--pkgconfigdir"))
    check_examples(tmp_path)


def test_find_package_builds_the_examples(tmp_path: Path) -> None:
    build_with_cmake(tmp_path, f"-Dvmaf_dnn_DIR={ask('--cmakedir')}")
    check_examples(tmp_path)


def test_the_flags_are_lines_in_the_order_of_the_help() -> None:
    package = Path(vmaf_dnn.__file__).parent
    assert ask("--libs", "--cflags").splitlines() == [
        f"-I{package / 'include'}",
        f"-L{package} -lvmaf_dnn -Wl,-rpath,{package}",
    ]
    assert Path(ask("--cmakedir"), "vmaf_dnn-config.cmake").exists()
    assert Path(ask("--pkgconfigdir"), "vmaf_dnn.pc").exists()


def test_no_flag_is_an_error() -> None:
    done = subprocess.run([sys.executable, "-m", "vmaf_dnn.config"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing was asked for; give one of --cflags, --libs, --cmakedir, --pkgconfigdir" in done.stderr


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `cmake --install` makes of the build for the sanitizers, moved since."""
    folder = tmp_path_factory.mktemp("install")
    with build_lock("asan"):
        run("cmake", "-S", ROOT, "--preset", "asan", timeout=900)
        run("cmake", "--build", ROOT / "build" / "asan", "--parallel", "2", timeout=900)
        run("cmake", "--install", ROOT / "build" / "asan", "--prefix", folder / "first", timeout=900)
    return (folder / "first").rename(folder / "second")


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    """No wheel lies beside a prefix."""
    monkeypatch.setenv("VMAF_DNN_ORT_LIBRARY", vmaf_dnn.runtime_info().library)


def test_a_prefix_has_a_name_for_each_version(prefix: Path) -> None:
    library = next(prefix.glob("lib*/**/libvmaf_dnn.so"))
    major, minor, _ = vmaf_dnn.__version__.split(".")
    assert str(library.readlink()) == f"libvmaf_dnn.so.{major}.{minor}"
    assert library.resolve().name == f"libvmaf_dnn.so.{vmaf_dnn.__version__}"
    assert f"SONAME{' ' * 15}libvmaf_dnn.so.{major}.{minor}\n" in run("objdump", "-p", library)


def test_a_library_in_a_folder_of_its_machine_finds_the_models(prefix: Path, tmp_path: Path) -> None:
    shutil.copytree(prefix, tmp_path, symlinks=True, dirs_exist_ok=True)
    library = next(tmp_path.glob("lib*/**/libvmaf_dnn.so"))
    deeper = library.parent / "x86_64-linux-gnu"
    deeper.mkdir()
    for path in library.parent.glob("libvmaf_dnn.so*"):
        path.rename(deeper / path.name)
    options = ["-fsanitize=address,undefined", f"-I{tmp_path / 'include'}", f"-L{deeper}", "-lvmaf_dnn"]
    compile_with([*options, f"-Wl,-rpath,{deeper}"], tmp_path)
    row = " ".join(map(str, ROWS[0])).encode()
    assert talk(tmp_path / "score_rows", "vmaf_tiny_v4", given=row)[0].count(b"\n") == 1


@needs_pkg_config
@pytest.mark.usefixtures("runtime")
def test_pkg_config_finds_a_prefix(prefix: Path, tmp_path: Path) -> None:
    pc = next(prefix.glob("lib*/**/vmaf_dnn.pc"))
    options = ["-fsanitize=address,undefined", f"-Wl,-rpath,{pc.parents[1]}"]
    build_with_pkg_config(tmp_path, str(pc.parent), *options)
    check_examples(tmp_path)


@pytest.mark.usefixtures("runtime")
def test_find_package_finds_a_prefix(prefix: Path, tmp_path: Path) -> None:
    sanitized = "-DCMAKE_C_FLAGS=-fsanitize=address,undefined"
    build_with_cmake(tmp_path, f"-DCMAKE_PREFIX_PATH={prefix}", sanitized)
    check_examples(tmp_path)
