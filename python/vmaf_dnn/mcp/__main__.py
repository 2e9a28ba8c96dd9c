# SPDX-License-Identifier: BSD-3-Clause
"""`python -m vmaf_dnn.mcp` is `vmaf-dnn-mcp`."""

from __future__ import annotations

import sys

from vmaf_dnn.mcp.main import main

sys.exit(main())
