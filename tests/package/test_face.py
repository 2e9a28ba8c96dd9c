# SPDX-License-Identifier: BSD-3-Clause
"""The public face: its names, its examples, its types."""

from __future__ import annotations

import dataclasses
import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

import vmaf_dnn
from vmaf_dnn import errors

MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(vmaf_dnn.__path__, "vmaf_dnn.")
    if not name.endswith(("__main__", "_core", ".libvmaf_dnn"))
]


def test_completion_shows_the_public_names_only() -> None:
    assert dir(vmaf_dnn) == sorted(vmaf_dnn.__all__)
    for name in vmaf_dnn.__all__:
        assert getattr(vmaf_dnn, name) is not None


NEEDS = {"vmaf_dnn.mcp.": "mcp", "vmaf_dnn.batch.": "pyarrow"}


def lacks_its_extra(module: str) -> bool:
    return any(module.startswith(room) and find_spec(package) is None for room, package in NEEDS.items())


@pytest.mark.parametrize("name", ["vmaf_dnn", *MODULES])
def test_examples_run(name: str) -> None:
    if lacks_its_extra(name):
        pytest.skip("its extra is not installed")
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_every_public_thing_says_what_it_does() -> None:
    undocumented = [
        name
        for name in vmaf_dnn.__all__
        if not name.startswith("__") and not inspect.getdoc(getattr(vmaf_dnn, name))
    ]
    assert undocumented == []


@pytest.mark.parametrize("name", [name for name in vmaf_dnn.__all__ if hasattr(errors, name)])
def test_every_error_is_ours_and_a_standard_one(name: str) -> None:
    error = getattr(vmaf_dnn, name)
    assert issubclass(error, vmaf_dnn.VmafDnnError)
    standard = [base for base in error.__mro__ if base.__module__ == "builtins"]
    assert name == "VmafDnnError" or len(standard) > len(Exception.__mro__)


@pytest.mark.parametrize("code", ["import vmaf_dnn.cli", "import vmaf_dnn; dir(vmaf_dnn)"])
def test_the_command_starts_without_the_heavy_modules(code: str) -> None:
    code += "; import sys; print([name for name in sys.modules if name in ('numpy', 'vmaf_dnn._core')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_run_on_raw_clips_imports_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    """Nor does it look for garbage while it imports: all that was as long as the rest of a short run."""
    clip = tmp_path / "a.y4m"
    clip.write_bytes(b"YUV4MPEG2 W64 H64 F25:1 C420\nFRAME\n" + bytes(64 * 96))
    unneeded = {
        *("rich", "matplotlib", "jsonschema", "onnxruntime", "sigstore", "imageio_ffmpeg", "av", "shtab"),
        *("difflib", "subprocess", "tempfile", "shutil", "random", "secrets", "hashlib", "json", "xml"),
        *("vmaf_dnn.video.ffmpeg.program", "vmaf_dnn.video.ffmpeg.probe", "vmaf_dnn.extractors.libvmaf"),
        *("bjontegaard", "scipy", "vmaf_dnn.ladders", "vmaf_dnn.differences", "vmaf_dnn.cli.ladder"),
        "vmaf_dnn.video.ffmpeg.rate",
        *("vmaf_dnn.cli.verbs.verify", "vmaf_dnn.demo", "vmaf_dnn.cli.worst", "vmaf_dnn.video.given.source"),
        "vmaf_dnn.searching",
        *(
            f"vmaf_dnn.report.{name}"
            for name in ("curve", "equality", "limits", "notebook", "reading", "tables")
        ),
        *("pandas", "pyarrow", "csv", "html"),
        *("vmaf_dnn.pages", "vmaf_dnn.pictures", "vmaf_dnn.cli.pages"),
        *("vmaf_dnn.mcp", "mcp", "pydantic", "anyio"),
        *("vmaf_dnn.batch", "distributed"),
        *("vmaf_dnn.plans", "PIL", "vmaf_dnn.filtering", "vmaf_dnn.unreferenced"),
    }
    code = f"""import gc, sys
before = set(sys.modules)
from vmaf_dnn.cli import main
main()
print(gc.isenabled(), gc.get_freeze_count() > 0, sorted(({unneeded} & set(sys.modules)) - before))"""
    command = [sys.executable, "-c", code, "-r", str(clip), "-d", str(clip)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == ["vmaf_tiny_v2", "True True []"]


def test_a_star_import_brings_every_public_name() -> None:
    code = "from vmaf_dnn import *; import vmaf_dnn; print(set(vmaf_dnn.__all__) - set(globals()), score)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("set() <function score")


@pytest.mark.parametrize("record", [vmaf_dnn.SessionInfo, vmaf_dnn.ModelInfo, vmaf_dnn.SearchResult])
def test_every_field_of_a_record_is_explained(record: type) -> None:
    attributes = str(inspect.getdoc(record)).partition("Attributes:")[2]
    explained = re.findall(r"^ {4}(\w+): \S", attributes, re.MULTILINE)
    assert explained == [field.name for field in dataclasses.fields(record)]


def test_no_module_hides_a_public_name() -> None:
    for name in MODULES:
        if not lacks_its_extra(name):
            importlib.import_module(name)
    assert [name for name in vmaf_dnn.__all__ if inspect.ismodule(getattr(vmaf_dnn, name))] == []
    assert inspect.isfunction(vmaf_dnn.score)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="No vmaf_dnn attribute sheep"):
        vmaf_dnn.sheep  # type: ignore[attr-defined]  # noqa: B018


def test_the_version_is_the_distributions() -> None:
    assert vmaf_dnn.__version__ == version("vmaf-dnn")


def test_types_are_shipped() -> None:
    folder = Path(vmaf_dnn.__file__).parent
    assert (folder / "py.typed").exists()
    assert (folder / "_core.pyi").exists()
