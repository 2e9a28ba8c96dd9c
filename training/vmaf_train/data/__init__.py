# SPDX-License-Identifier: BSD-3-Clause
"""Tables of rows: read, written, labelled, augmented, imported."""

from __future__ import annotations
