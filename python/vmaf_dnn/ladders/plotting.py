# SPDX-License-Identifier: BSD-3-Clause
"""matplotlib is imported when a chart is asked for, and leaves nothing in HOME."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from vmaf_dnn.errors import ToolMissing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from vmaf_dnn.ladders.ladder import Ladder


def keep_home_clean() -> None:
    """Give matplotlib, whose import writes a list of fonts into HOME, a folder that goes with the process."""
    if "matplotlib" in sys.modules or "MPLCONFIGDIR" in os.environ:
        return
    import atexit
    import tempfile

    folder = tempfile.TemporaryDirectory(prefix="vmaf-dnn-")
    atexit.register(folder.cleanup)
    os.environ["MPLCONFIGDIR"] = folder.name


def charted(ladder: Ladder) -> Figure:
    """Draw a ladder. Raises `ToolMissing` without matplotlib."""
    keep_home_clean()
    try:
        from vmaf_dnn.ladders.chart import chart
    except ImportError as error:
        raise ToolMissing(
            f"charts are drawn with matplotlib, which can't be imported ({error}); install it"
            ' (pip install "vmaf-dnn[ladder]").'
        ) from error
    return chart(ladder)
