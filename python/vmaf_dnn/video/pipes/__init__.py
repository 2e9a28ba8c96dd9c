# SPDX-License-Identifier: BSD-3-Clause
"""Clips that come once, through standard input or a named pipe."""
