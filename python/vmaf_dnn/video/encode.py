# SPDX-License-Identifier: BSD-3-Clause
"""What a distorted clip was before it was scaled to be compared: CAMBI looks for bands at that size."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractor import feature_name
from vmaf_dnn.video.clip import Clip

AUTO, NONE = "auto", "none"
_OF_BANDS = "cambi"
_GEOMETRY = re.compile(r"(\d+):(\d+):(\d+)")
_WIDTHS, _HEIGHTS = range(180, 7681), range(150, 7681)  # of an encode, as libvmaf's CAMBI takes them
_LEAST_SIDE = 216  # one of CAMBI's picture has to be as long


@dataclass(frozen=True)
class Encode:
    """Size and bit depth of an encode; 0 means as it is compared."""

    width: int = 0
    height: int = 0
    bit_depth: int = 0

    def __str__(self) -> str:
        size = f"{self.width}x{self.height}" if self.width else ""
        depth = f"{self.bit_depth} bits" if self.bit_depth else ""
        return ", ".join(filter(None, (size, depth)))

    @property
    def geometry(self) -> tuple[int, int, int]:
        """Width, height and bit depth, as `FeatureExtractor` takes an encode."""
        return self.width, self.height, self.bit_depth

    def request(self, feature: str) -> str:
        """Return a feature, as `FeatureExtractor` takes it, with the encode if it looks for bands.

        What the feature states of the encode itself stays.
        """
        name, _, options = feature.partition("=")
        words = [word for word in options.split(":") if word]
        if name != _OF_BANDS:
            return feature
        words += self._options({word.partition("=")[0] for word in words})
        return f"{name}={':'.join(words)}" if words else name

    def overloads(self, model: str) -> str:
        """Return a model in libvmaf's words, with what it doesn't state of the encode for CAMBI."""
        stated = {word.partition("=")[0].removeprefix(f"{_OF_BANDS}.") for word in model.split(":")}
        return ":".join([model, *(f"{_OF_BANDS}.{word}" for word in self._options(stated))])

    def _options(self, stated: set[str]) -> list[str]:
        words = []
        if self.width and not stated & {"enc_width", "enc_height"}:
            words += [f"enc_width={self.width}", f"enc_height={self.height}"]
        if self.bit_depth and "enc_bitdepth" not in stated:
            words.append(f"enc_bitdepth={self.bit_depth}")
        return words


def parse_encode(text: str) -> Encode:
    """Parse ``W:H:DEPTH``. Raises `InvalidArgument`."""
    match = _GEOMETRY.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise InvalidArgument(f"encoded must be W:H:DEPTH, as 1280:720:8, {AUTO} or {NONE}, got {text!r}.")
    encode = Encode(*map(int, match.groups()))
    if 0 in encode.geometry:
        raise InvalidArgument(f"encoded is {text}, and an encode has no side and no depth of 0.")
    feature_name(encode.request(_OF_BANDS))
    return encode


def encode_of(clip: Clip, shown: Clip) -> Encode:
    """Return what `clip` was before it was brought to the size of `shown`; nothing that CAMBI can't take."""
    width, height = clip.width, clip.height
    is_taken = width in _WIDTHS and height in _HEIGHTS and max(width, height) >= _LEAST_SIDE
    size = (width, height) if clip.size != shown.size and is_taken else (0, 0)
    return Encode(*size, clip.bit_depth if clip.bit_depth != shown.bit_depth else 0)
