# SPDX-License-Identifier: BSD-3-Clause
"""What makes committed files and what measures, one script each: `python -m tools.soak 60 100000`."""

from __future__ import annotations
