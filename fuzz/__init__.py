# SPDX-License-Identifier: BSD-3-Clause
"""The fuzz targets of the readers and their seeds: `python -m fuzz --seconds 60`."""

from __future__ import annotations
