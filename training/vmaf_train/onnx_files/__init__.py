# SPDX-License-Identifier: BSD-3-Clause
"""From a trained net to an ONNX file, and the scores of one."""

from __future__ import annotations
