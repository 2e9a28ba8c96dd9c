# SPDX-License-Identifier: BSD-3-Clause
"""Where things lie in the source tree."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
C_SOURCES = ROOT / "tests" / "cc"
DATA = ROOT / "tests" / "data"
