# SPDX-License-Identifier: BSD-3-Clause
"""Which frames of two clips are compared with which: by seconds, by presentation time, after a shift."""
