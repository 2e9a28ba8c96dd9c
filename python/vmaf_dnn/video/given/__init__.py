# SPDX-License-Identifier: BSD-3-Clause
"""Frames that a caller gives one after the other: NumPy planes, or what PyAV decodes."""
