# SPDX-License-Identifier: BSD-3-Clause
"""Charts: what they have in common, and the curve of a report."""
