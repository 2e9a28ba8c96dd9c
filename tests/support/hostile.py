# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Hostile:
    """A file that must be refused.

    Attributes:
        tries: what it does to a reader that believes it.
        make: gives its bytes.
        says: a regular expression that finds the sentence it is refused with.
    """

    tries: str
    make: Callable[[], bytes]
    says: str
