# SPDX-License-Identifier: BSD-3-Clause
"""The public face: its names, its examples, its types."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from importlib.metadata import version
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


@pytest.mark.parametrize("name", ["vmaf_dnn", *MODULES])
def test_examples_run(name: str) -> None:
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


def test_no_module_hides_a_public_name() -> None:
    for name in MODULES:
        importlib.import_module(name)
    assert [name for name in vmaf_dnn.__all__ if inspect.ismodule(getattr(vmaf_dnn, name))] == []
    assert inspect.isfunction(vmaf_dnn.score)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'vmaf_dnn' has no attribute 'sheep'"):
        vmaf_dnn.sheep  # type: ignore[attr-defined]  # noqa: B018


def test_the_version_is_the_distributions() -> None:
    assert vmaf_dnn.__version__ == version("vmaf-dnn")


def test_types_are_shipped() -> None:
    folder = Path(vmaf_dnn.__file__).parent
    assert (folder / "py.typed").exists()
    assert (folder / "_core.pyi").exists()
