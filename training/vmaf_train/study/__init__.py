# SPDX-License-Identifier: BSD-3-Clause
"""Studies over folds and seeds: leave one source out, and how wide a net should be."""

from __future__ import annotations
