# SPDX-License-Identifier: BSD-3-Clause
"""Whether two clips can be compared by what they state of themselves, and the commands that cure a misfit."""
