# SPDX-License-Identifier: BSD-3-Clause
"""Tests, room by room as the package has them; `support` is what they share."""

from __future__ import annotations
