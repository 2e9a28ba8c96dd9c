# SPDX-License-Identifier: BSD-3-Clause
"""From trained files to a registry: sidecars, gates, cards."""

from __future__ import annotations
