# SPDX-License-Identifier: BSD-3-Clause
"""What all charts have in common: colours, a figure without a window, a legend below, the image file."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from vmaf_dnn.report.extras import imported

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# M. Okabe and K. Ito, "Color universal design", 2008: told apart by colour-blind readers, too; yellow, which
# is hard to see on white, left out.
INK = "#000000"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_DPI = 150


def new_figure(width: float, height: float, purpose: str, install: str) -> Figure:
    """Return a figure of so many inches; `purpose` and `install` are as `imported` takes them.

    Raises:
        ToolMissing: matplotlib is not installed.
    """
    figure: Figure = imported("matplotlib.figure", purpose, install).Figure(
        figsize=(width, height), layout="constrained"
    )
    imported("matplotlib.backends.backend_agg", purpose, install).FigureCanvasAgg(figure)
    return figure


def label_of(name: str) -> str:
    """Return a name as the label of a curve; matplotlib would leave out one that begins with ``_``."""
    return f" {name}" if name.startswith("_") else name


def add_legend(figure: Figure, n_columns: int, font_size: float | None = None) -> None:
    """Name the curves below the chart, as they are called: ``$`` begins no formula."""
    legend = figure.legend(loc="outside lower center", ncols=n_columns, frameon=False, fontsize=font_size)
    for text in legend.get_texts():
        text.set_parse_math(False)


def image_of(figure: Figure, format: str) -> bytes:
    """Return the image file, ``"png"`` or ``"svg"``."""
    image = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # a box stands for it
        figure.savefig(image, format=format, dpi=_DPI)
    return image.getvalue()
