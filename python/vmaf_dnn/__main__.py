# SPDX-License-Identifier: BSD-3-Clause
"""``python -m vmaf_dnn`` is the `vmaf-dnn` command."""

from __future__ import annotations

import sys

from vmaf_dnn.cli import main

if __name__ == "__main__":
    sys.exit(main())
