# SPDX-License-Identifier: BSD-3-Clause
"""What each kind of model is for, and opening one of a kind."""

from __future__ import annotations

from vmaf_dnn.kinds.opening import is_fit, misused, opened_as

__all__ = ["is_fit", "misused", "opened_as"]
