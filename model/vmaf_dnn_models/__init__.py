# SPDX-License-Identifier: BSD-3-Clause
"""Registries of models for `vmaf_dnn`, which finds them beside itself: `frames` and `plans`."""

from __future__ import annotations
