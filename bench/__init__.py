# SPDX-License-Identifier: BSD-3-Clause
"""Benches of vmaf_dnn beside its peers; `python -m bench` writes docs/benchmarks.md."""

from __future__ import annotations
