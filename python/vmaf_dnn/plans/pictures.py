# SPDX-License-Identifier: BSD-3-Clause
"""Picture files: the middle square, reduced to what an encoder sees."""

from __future__ import annotations

import io
import os
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import UnfitFile, read_bounded
from vmaf_dnn.report.extras import imported
from vmaf_dnn.text import legible_cell

if TYPE_CHECKING:
    from PIL import Image

SIDE = 64
"""Width and height of what an encoder sees."""
_MOST_BYTES = 256 << 20
_LARGEST_SIDE = 16384
_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
_SCALE = "scale it, as in `ffmpeg -i PICTURE -vf scale=512:512 picture.png`"
_MOST_PIXELS = 1 << 26  # Pillow holds three copies of four bytes each
_DEEP = ("I", "F")  # Pillow cuts their samples off at 255, and doesn't say so
_DEEP_LAYOUT = re.compile(r";16[A-Z]")  # of samples in the file, which Pillow halves


def read_picture(path: str | os.PathLike[str]) -> NDArray[np.uint8]:
    """Read the middle square of a picture, turned as its camera says, as (64, 64, 3) uint8 RGB.

    Each pixel is the mean of those that it covers. Transparent parts are taken as the colour they have.

    Raises:
        InvalidArgument: it is missing, no picture of BMP, GIF, JPEG, PNG, PPM, TIFF or WebP, damaged,
            narrower than 64 pixels, wider than 16384, of more than 67108864 pixels, or of more than eight
            bits.
        ToolMissing: Pillow is not installed (the extra ``plans``).
    """
    if not os.fspath(path):
        raise InvalidArgument("The path of a picture is empty; name a file.")
    name = legible_cell(os.fsdecode(path))
    try:
        data = read_bounded(Path(path), _MOST_BYTES)
    except UnfitFile as error:
        raise InvalidArgument(f"The picture {name} {error}; check the path.") from error
    try:
        return picture_of(data)
    except UnfitFile as error:
        raise InvalidArgument(f"The picture {name} {error}.") from error


def picture_of(data: bytes) -> NDArray[np.uint8]:
    """Read the bytes of a picture file as `read_picture` does; raises `UnfitFile`."""
    images = imported("PIL.Image", "Reading pictures", "vmaf-dnn[plans]")
    turned = imported("PIL.ImageOps", "Reading pictures", "vmaf-dnn[plans]").exif_transpose
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow warns of, it reads, or the size is refused here
            with images.open(io.BytesIO(data), formats=_FORMATS) as image:
                _check(image)
                square = _reduced(turned(image).convert("RGB"))
    except (UnfitFile, MemoryError):
        raise
    except images.DecompressionBombError as error:
        raise UnfitFile(f"has more pixels than are read; {_SCALE}") from error
    except Exception as error:  # Pillow's readers raise anything from SyntaxError to struct.error
        raise UnfitFile(
            f"can't be read as {', '.join(_FORMATS[:-1])} or {_FORMATS[-1]}; convert it, as in"
            " `ffmpeg -i PICTURE picture.png`"
        ) from error
    return np.asarray(square, dtype=np.uint8)


def _check(image: Image.Image) -> None:
    width, height = image.size
    if not (min(image.size) >= SIDE and max(image.size) <= _LARGEST_SIDE):
        raise UnfitFile(f"has {width}x{height} pixels, expected {SIDE} to {_LARGEST_SIDE} each way; {_SCALE}")
    if width * height > _MOST_PIXELS:
        raise UnfitFile(f"has {width * height} pixels, at most {_MOST_PIXELS} are read; {_SCALE}")
    if image.mode.startswith(_DEEP) or _is_deep(image):
        raise UnfitFile(
            "has more than eight bits a sample; convert it, as in"
            " `ffmpeg -i PICTURE -pix_fmt rgb24 picture.png`"
        )


def _is_deep(image: Image.Image) -> bool:
    """Whether samples have more bits in the file than in Pillow's mode."""
    for tile in getattr(image, "tile", ()):
        arguments = tile[3] if isinstance(tile[3], tuple) else (tile[3],)
        layouts = [one for one in arguments if isinstance(one, str)]
        peaks = [one for one in arguments if tile[0].startswith("ppm") and isinstance(one, int)]
        if any(map(_DEEP_LAYOUT.search, layouts)) or any(peak > 255 for peak in peaks):
            return True
    return False


def _reduced(image: Image.Image) -> Image.Image:
    from PIL import Image

    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return image.resize((SIDE, SIDE), Image.Resampling.BOX, box=(left, top, left + side, top + side))
