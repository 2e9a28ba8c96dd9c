# SPDX-License-Identifier: BSD-3-Clause
"""From reference clips to shipped fusion models: corpus, train, export, quantize, evaluate, registry."""

from __future__ import annotations
