# SPDX-License-Identifier: BSD-3-Clause
"""Captions for a checkout of github.com/alexeygrigorev/clothing-dataset, whose pictures are CC0.

`python -m tools.make_clothing_captions FOLDER` writes `captions.csv` into it. The garment, and whether it is
a child's, are the data set's own labels; the colour is a rule over the middle of the picture. Pictures that
nobody has named ("Not sure", "Other", "Skip") are left out.
"""

from __future__ import annotations

import colorsys
import csv
import io
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.plans.pictures import read_picture
from vmaf_train.files import write_bytes
from vmaf_train.plans.folder import TABLE

UNNAMED = ("Not sure", "Other", "Skip")
HUES = (
    (18, "red"),
    (45, "orange"),
    (70, "yellow"),
    (165, "green"),
    (260, "blue"),
    (305, "purple"),
    (340, "pink"),
)


def colour_of(pixels: NDArray[np.uint8]) -> str:
    """The word for the median of the middle of a (64, 64, 3) picture."""
    red, green, blue = np.median(pixels[24:40, 24:40].reshape(-1, 3), axis=0) / 255
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if value < 0.22:
        return "black"
    if saturation < 0.16:
        return "white" if value > 0.72 else "grey"
    word = next((word for end, word in HUES if 360 * hue < end), "red")
    if word == "red" and saturation < 0.45:
        return "pink"
    if word == "orange" and not (value > 0.75 and saturation > 0.55):
        return "brown" if value < 0.62 or saturation > 0.3 else "beige"
    return "beige" if word == "yellow" and saturation < 0.4 else word


def main(folder: Path) -> None:
    """Write the table."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["file", "caption", "label"])
    for row in csv.DictReader((folder / "images.csv").read_text().splitlines()):
        path = f"images/{row['image']}.jpg"
        if row["label"] in UNNAMED:
            continue
        try:
            colour = colour_of(read_picture(folder / path))
        except InvalidArgument as error:  # the data set lists a few files that it lacks, or that are cut
            print(error, file=sys.stderr)
            continue
        garment = row["label"].lower()
        end = " for a child" if row["kids"] == "True" else ""
        table.writerow([path, f"a {colour} {garment}{end}", garment])
    write_bytes(folder / TABLE, text.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
