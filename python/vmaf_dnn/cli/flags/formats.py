# SPDX-License-Identifier: BSD-3-Clause
"""Flags for the format of a report."""

from __future__ import annotations

import argparse

FORMATS = ("xml", "json", "csv", "sub")


def add_format_flags(group: argparse._ArgumentGroup) -> None:
    """Add a flag a format, of which one may be given."""
    formats = group.add_mutually_exclusive_group()
    for name in FORMATS:
        words = {"dest": "format", "action": "store_const", "const": name}
        formats.add_argument(f"--{name}", help=f"as {name.upper()}", **words)  # type: ignore[arg-type]
