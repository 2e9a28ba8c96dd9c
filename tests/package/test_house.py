# SPDX-License-Identifier: BSD-3-Clause
"""The rules of the house: who may import whom, how large a folder is, what a page has to list."""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.imports import imports_of, modules_of
from tests.support.paths import ROOT

PACKAGES = {"vmaf_dnn": ROOT / "python" / "vmaf_dnn", "vmaf_train": ROOT / "training" / "vmaf_train"}

# From the ground up: a room imports from its own line and the lines above it.
LAYERS = {
    "vmaf_dnn": (
        "_core errors text checks files floats",
        "config runtime registry",
        "signatures",
        "session",
        "verification extractor kinds",
        "video svm",
        "report",
        "extractors filtering plans",
        "fusion auto pictures",
        "unreferenced",
        "scoring",
        "ladders differences",
        "searching",
        "pages",
        "batch",
        "cli demo",
        "mcp",
        "__init__ __main__",
    ),
    "vmaf_train": (
        "files metrics",
        "provenance",
        "outputs",
        "corpus data",
        "fit",
        "onnx_files quantize",
        "publish study frames",
        "plans",
        "commands",
        "cli",
        "__init__ __main__",
    ),
}

PRIVATE = re.compile(r"_(?!_|core\b)")
MOST_MODULES = 14
SOURCES = {".py", ".cc", ".c", ".h", ".inl"}
FOLDERS = sorted(
    folder
    for name in ("python", "training", "csrc", "bench", "fuzz", "tools")
    for folder in (ROOT / name, *(ROOT / name).rglob("*"))
    if folder.is_dir() and any(path.suffix in SOURCES for path in folder.iterdir())
)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_has_an_underscore(package: str) -> None:
    names = (part for module in modules_of(PACKAGES[package]) for part in module.split("."))
    assert [name for name in names if PRIVATE.match(name)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_imports_go_in_circles(package: str) -> None:
    """Imports inside functions may: they run when everything is there."""
    graph = {name: imports_of(PACKAGES[package], name) for name in modules_of(PACKAGES[package])}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_has_its_layer(package: str) -> None:
    rooms = {module.split(".")[1] for module in modules_of(PACKAGES[package])}
    assert rooms - {"_core"} == set(" ".join(LAYERS[package]).split()) - {"_core"}


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_down(package: str) -> None:
    height = {room: i for i, rooms in enumerate(LAYERS[package]) for room in rooms.split()}
    upwards = [
        f"{module} imports {other}"
        for module in modules_of(PACKAGES[package])
        for other in imports_of(PACKAGES[package], module, anywhere=True)
        if height[other.split(".")[1]] > height[module.split(".")[1]]
    ]
    assert upwards == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_folder_with_folders_has_few_modules(folder: Path) -> None:
    """A header and its source are one module."""
    paths = [path for path in folder.iterdir() if not path.name.startswith("_")]
    modules = {path.stem for path in paths if path.suffix in SOURCES}
    assert len(modules) <= MOST_MODULES or not any(path.is_dir() for path in paths), sorted(modules)


def test_the_reference_lists_the_public_names() -> None:
    """Each public name is the code in a heading, or a directive of its own: `::: vmaf_dnn.score`."""
    pages = [path for path in (ROOT / "docs" / "python.md", ROOT / "docs" / "reference.md") if path.exists()]
    pages += (ROOT / "docs" / "reference").glob("*.md")
    if not pages:
        pytest.skip("docs has no Python reference")
    text = "".join(page.read_text() for page in pages)
    headings = re.findall(r"^#+ .*?`(?:vmaf_dnn\.)?(\w+)[^`]*`", text, re.MULTILINE)
    directives = re.findall(r"^::: vmaf_dnn\.(\w+)$", text, re.MULTILINE)
    listed = {*headings, *directives}
    assert set(vmaf_dnn.__all__) - listed == set()
    assert {name for name in directives if name not in vmaf_dnn.__all__} == set()


def paths_in_rooms() -> list[str]:
    """The code of each first cell of HACKING.md's table of rooms; a bare name is beside the one before it."""
    table = re.search(r"^## The rooms$.*?(^\|.*?)\n\n", (ROOT / "HACKING.md").read_text(), re.M | re.S)
    assert table is not None
    found = []
    for row in table[1].splitlines()[2:]:
        folder = ""
        for path in re.findall(r"`([^`]+)`", row.split("|")[1]):
            found.append(path if "/" in path else folder + path)
            folder = found[-1].rstrip("/").rpartition("/")[0] + "/"
    return found


@pytest.mark.parametrize("path", paths_in_rooms())
def test_rooms_of_the_table_exist(path: str) -> None:
    assert list(ROOT.glob(path.rstrip("/")))
