# SPDX-License-Identifier: BSD-3-Clause
"""The shipped libraries, as readelf sees them."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import pytest

from tests.support.c_programs import LIBRARY, PACKAGE

ENDBR64 = bytes.fromhex("f30f1efa")  # where an indirect jump may land
pytestmark = pytest.mark.as_installed
LIBRARIES = [LIBRARY, *PACKAGE.glob("_core*.so")]


def readelf(option: str, library: Path) -> str:
    words = ["readelf", "--wide", option, str(library)]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda path: path.name.split(".")[0])
def test_library_is_hardened(library: Path) -> None:
    segments = readelf("--segments", library)
    assert "GNU_RELRO" in segments
    (stack,) = [line for line in segments.splitlines() if "GNU_STACK" in line]
    assert " RW " in stack
    assert "BIND_NOW" in readelf("--dynamic", library)
    symbols = readelf("--dyn-syms", library)
    assert "__stack_chk_fail" in symbols
    assert "_chk@" in symbols.replace("__stack_chk", "")  # checked forms of the C library's functions
    assert "TEXTREL" not in readelf("--dynamic", library)
    if platform.machine() == "x86_64":
        assert "SHSTK" in readelf("--notes", library)
        assert library.read_bytes().count(ENDBR64) > 100


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda path: path.name.split(".")[0])
def test_library_names_no_folder_of_the_build(library: Path) -> None:
    assert str(Path(__file__).parents[2]).encode() not in library.read_bytes()
