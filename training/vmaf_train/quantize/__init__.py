# SPDX-License-Identifier: BSD-3-Clause
"""int8 files, and how far they move scores."""

from __future__ import annotations
