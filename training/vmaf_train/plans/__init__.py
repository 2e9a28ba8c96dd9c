# SPDX-License-Identifier: BSD-3-Clause
"""From pictures and sentences to a pair of models: one that plans, and one that says what a plan holds."""

from __future__ import annotations
