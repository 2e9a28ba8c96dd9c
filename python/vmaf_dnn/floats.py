# SPDX-License-Identifier: BSD-3-Clause
"""The floating-point state that scores are defined in, whatever a host has set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from vmaf_dnn import _core


@contextmanager
def default_floats() -> Iterator[None]:
    """Round to nearest, keep subnormals and trap no exception, in this thread and those that it starts."""
    with _core.DefaultFloats():
        yield
