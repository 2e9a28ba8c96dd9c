# SPDX-License-Identifier: BSD-3-Clause
"""Bringing clips to one form knowingly: as the caller asks, and said in the report."""
