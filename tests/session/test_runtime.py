# SPDX-License-Identifier: BSD-3-Clause
"""Finding, loading and missing ONNX Runtime, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import onnxruntime
import pytest

import vmaf_dnn
from tests.support.shipped import ALL_IDS
from vmaf_dnn.runtime import search_path

PACKAGES = Path(vmaf_dnn.__file__).parents[1]
ROW = "[[0.93, 0.36, 0.77, 0.86, 0.92, 3.9]]"


@pytest.fixture
def without_runtime(tmp_path: Path) -> Path:
    """A site folder with our package and its needs, but without onnxruntime."""
    site = tmp_path / "site"
    site.mkdir()
    for entry in PACKAGES.iterdir():
        if not entry.name.startswith("onnxruntime") and entry.name != "vmaf_dnn":
            (site / entry.name).symlink_to(entry)
    # Not a link: the core looks for a runtime beside its own real folder too.
    package = site / "vmaf_dnn"
    package.mkdir()
    for entry in PACKAGES.joinpath("vmaf_dnn").iterdir():
        if entry.name.startswith("_core"):
            (package / entry.name).write_bytes(entry.read_bytes())
        else:
            (package / entry.name).symlink_to(entry)
    (package / "model").unlink()
    (package / "model" / "tiny").mkdir(parents=True)
    for entry in (PACKAGES / "vmaf_dnn" / "model" / "tiny").iterdir():
        (package / "model" / "tiny" / entry.name).write_bytes(entry.read_bytes())
    return site


def python(code: str, *, site: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("VMAF_DNN_", "ORT_", "CI"))
    }
    command = [sys.executable, "-c", code]
    if site is not None:
        command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(site)!r})\n{code}"]
    return subprocess.run(command, env=clean | environment, capture_output=True, text=True, timeout=60)


def test_import_is_light() -> None:
    heavy = "{'onnxruntime', 'torch', 'onnx', 'matplotlib', 'rich', 'imageio_ffmpeg', 'pyarrow', 'scipy'}"
    run = python(f"import sys, vmaf_dnn; print(sorted({heavy} & set(sys.modules)))")
    assert run.stdout.strip() == "[]"


def test_opening_a_session_imports_nothing_that_scores_video() -> None:
    scoring = "{'subprocess', 'tempfile', 'xml', 'importlib.metadata', 'vmaf_dnn.report', 'vmaf_dnn.scoring'}"
    run = python(
        "import numpy, sys; before = set(sys.modules)\n"
        "import vmaf_dnn; vmaf_dnn.Session('vmaf_tiny_v2')\n"
        f"print(sorted({scoring} & (set(sys.modules) - before)))\n"
        "from vmaf_dnn import Report, score; print(Report.__name__, score.__name__)"
    )
    assert run.stdout.splitlines() == ["[]", "Report score"], run.stderr


def test_search_path_takes_whatever_python_does(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = [Path("/a"), b"/b", os.fsdecode(b"/\xff"), None]
    monkeypatch.setattr(sys, "path", odd)
    assert search_path() == [b"/a", b"/b", b"/\xff"]


def test_opens_where_sys_path_holds_odd_entries() -> None:
    code = "import pathlib, sys, vmaf_dnn; sys.path += [pathlib.Path('/a'), b'/b', '/\\udcff', None]\n"
    run = python(code + "vmaf_dnn.Session('vmaf_tiny_v2'); print(vmaf_dnn.runtime_info().version)")
    assert run.stdout.strip() == onnxruntime.__version__, run.stderr


def test_opening_imports_no_python_runtime() -> None:
    run = python("import sys, vmaf_dnn; vmaf_dnn.runtime_info(); print('onnxruntime' in sys.modules)")
    assert run.stdout.strip() == "False", run.stderr


@pytest.mark.as_installed
def test_import_works_without_onnxruntime(without_runtime: Path) -> None:
    code = "import vmaf_dnn; print(sum(model.kind == 'fr' for model in vmaf_dnn.models()))"
    run = python(code, site=without_runtime)
    assert run.stdout.strip() == str(len(ALL_IDS)), run.stderr


@pytest.mark.as_installed
def test_fused_engine_needs_no_runtime(without_runtime: Path) -> None:
    code = f"import vmaf_dnn; print(len(vmaf_dnn.Session('vmaf_tiny_v4').run({ROW})))"
    run = python(code, site=without_runtime)
    assert run.stdout.strip() == "1", run.stderr


def test_fused_engine_loads_no_runtime() -> None:
    code = f"import vmaf_dnn; vmaf_dnn.Session('vmaf_tiny_v4').run({ROW})\n"
    code += "print('libonnxruntime' in open('/proc/self/maps').read())"
    assert python(code).stdout.strip() == "False"


@pytest.mark.as_installed
def test_missing_runtime_lists_each_place_and_the_cure(without_runtime: Path) -> None:
    code = (
        "import vmaf_dnn\n"
        "try: vmaf_dnn.Session('vmaf_tiny_v2', engine='onnxruntime')\n"
        "except ImportError as error: print(type(error).__name__, error)"
    )
    said = python(code, site=without_runtime).stdout
    assert said.startswith(
        "RuntimeMissing No usable ONNX Runtime library was found. Tried: libonnxruntime.so.1"
    )
    assert f"looked for an onnxruntime wheel in: {without_runtime}" in said
    assert "pip install onnxruntime" in said
    assert "VMAF_DNN_ORT_LIBRARY" in said


@pytest.mark.parametrize(
    ("library", "sentence"),
    [
        ("/nowhere/libonnxruntime.so", "cannot open shared object"),
        (vmaf_dnn._core.__file__, "has no OrtGetApiBase"),
    ],
)
def test_named_library_is_the_only_one_tried(library: str, sentence: str) -> None:
    run = python("import vmaf_dnn; vmaf_dnn.runtime_info()", VMAF_DNN_ORT_LIBRARY=library)
    last_line = run.stderr.strip().splitlines()[-1]
    assert "RuntimeMissing" in last_line
    assert f"Tried: {library} (VMAF_DNN_ORT_LIBRARY): " in last_line
    assert sentence in last_line


def test_a_runtime_that_is_too_old_says_so(tmp_path: Path) -> None:
    source = tmp_path / "old.c"
    source.write_text(
        'static const char* version(void) { return "1.11.0"; }\n'
        "static const void* api(unsigned v) { (void)v; return 0; }\n"
        "static struct { const void* (*get)(unsigned); const char* (*version)(void); }\n"
        "    base = {api, version};\n"
        "const void* OrtGetApiBase(void) { return &base; }\n"
    )
    library = tmp_path / "libonnxruntime.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    run = python("import vmaf_dnn; vmaf_dnn.runtime_info()", VMAF_DNN_ORT_LIBRARY=str(library))
    assert "version 1.11.0 is too old, 1.12 or later is needed" in run.stderr


def test_runtime_info_names_version_and_file() -> None:
    info = vmaf_dnn.runtime_info()
    assert info.version == onnxruntime.__version__
    assert Path(info.library).is_file()


def test_nothing_is_printed_and_home_stays_empty(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    code = f"import vmaf_dnn; vmaf_dnn.Session('vmaf_tiny_v4', engine='onnxruntime').run({ROW})\n"
    code += "import time; time.sleep(1)"
    run = python(code, HOME=str(home), XDG_CACHE_HOME=str(home / "cache"))
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert list(home.rglob("*")) == []


def test_user_may_keep_telemetry_on(tmp_path: Path) -> None:
    code = "import os, vmaf_dnn; vmaf_dnn.runtime_info(); import ctypes; libc = ctypes.CDLL(None)\n"
    code += "libc.getenv.restype = ctypes.c_char_p; print(libc.getenv(b'ORT_DISABLE_TELEMETRY').decode())"
    assert python(code).stdout.strip() == "1"
    assert python(code, ORT_DISABLE_TELEMETRY="0", HOME=str(tmp_path)).stdout.strip() == "0"
