# SPDX-License-Identifier: BSD-3-Clause
"""From clips to rows: distortions, encodes, and the features of each pair."""

from __future__ import annotations
