# SPDX-License-Identifier: BSD-3-Clause
"""Flags that several commands share, a subject a file: how each is spelt, and what its values mean."""
