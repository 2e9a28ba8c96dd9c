# SPDX-License-Identifier: BSD-3-Clause
"""A verb a file: its flags in `add_flags`, its work in `run`; loaded only when it is named."""

from __future__ import annotations

from vmaf_dnn.cli.verbs.table import VERBS, add_verbs, run_verb

__all__ = ["VERBS", "add_verbs", "run_verb"]
