# SPDX-License-Identifier: BSD-3-Clause
"""Packages that only some people want, imported when they are needed."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

from vmaf_dnn.errors import ToolMissing

_DRAW = ("matplotlib", "bjontegaard")  # import matplotlib


def keep_home_clean() -> None:
    """Give matplotlib, whose import writes a list of fonts into HOME, a folder that goes with the process."""
    if "matplotlib" in sys.modules or "MPLCONFIGDIR" in os.environ:
        return
    import atexit
    import tempfile

    folder = tempfile.TemporaryDirectory(prefix="vmaf-dnn-")
    atexit.register(folder.cleanup)
    os.environ["MPLCONFIGDIR"] = folder.name


def imported(module: str, purpose: str, install: str) -> Any:
    """Return a module of a package that need not be there.

    Args:
        module: its name.
        purpose: what asks for it, as the beginning of a sentence.
        install: what pip installs it by.

    Raises:
        ToolMissing: it can't be imported.
    """
    package = module.partition(".")[0]
    if package in _DRAW:
        keep_home_clean()
    try:
        return import_module(module)
    except ImportError as error:
        raise ToolMissing(
            f"{purpose} takes {package}, which can't be imported ({error}); install it"
            f' (pip install "{install}").'
        ) from error
