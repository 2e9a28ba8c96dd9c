# SPDX-License-Identifier: BSD-3-Clause
"""Clips whose scores are too low: their reports are given, and the run ends with a code of its own."""

from __future__ import annotations

from collections.abc import Sequence

from vmaf_dnn.errors import VmafDnnError

EXIT_BELOW = 3


class BelowLimits(VmafDnnError):
    """Ends a run in which everything was scored.

    Attributes:
        errors: a sentence for each clip.
    """

    exit_code = EXIT_BELOW

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("scores are below their limits")
        self.errors = errors
