# SPDX-License-Identifier: BSD-3-Clause
"""--html, --pictures and --plot: what is checked before the work, and what is made after it."""
