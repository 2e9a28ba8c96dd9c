# SPDX-License-Identifier: BSD-3-Clause
"""The nets and how they are trained."""

from __future__ import annotations
