# SPDX-License-Identifier: BSD-3-Clause
"""What a batch costs beside a loop, and what a second worker brings: ``python -m bench.batch``."""
