# SPDX-License-Identifier: BSD-3-Clause
"""Packages that only some people want, imported when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vmaf_dnn.errors import ToolMissing


def imported(module: str, purpose: str, install: str) -> Any:
    """Return a module of a package that need not be there.

    Args:
        module: its name.
        purpose: what asks for it, as the beginning of a sentence.
        install: what pip installs it by.

    Raises:
        ToolMissing: it can't be imported.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ToolMissing(
            f"{purpose} takes {package}, which can't be imported ({error}); install it"
            f' (pip install "{install}").'
        ) from error
