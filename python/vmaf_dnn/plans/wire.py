# SPDX-License-Identifier: BSD-3-Clause
"""The wire form of a plan: little-endian, the same on every machine.

| bytes | what |
|---|---|
| 0..3 | ``VPLN`` |
| 4 | version, 1 |
| 5 | form: 1 fp16, 2 int8 |
| 6..7, 8..9 | K and D, unsigned |
| 10..15 | zeros |
| 16..47 | sha256 of the encoder's fp32 file |
| 48.. | fp16: 2 K D bytes. int8: the scale as float32, then K D bytes, to be multiplied by it |
"""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument

MOST_VECTORS, MOST_NUMBERS = 256, 4096
FORMS = {"fp16": 1, "int8": 2}
_NAMES = {number: form for form, number in FORMS.items()}
_MAGIC, _VERSION = b"VPLN", 1
_LAYOUT = struct.Struct("<4sBBHH6x32s")
_LARGEST = 127
HEADER_BYTES = _LAYOUT.size


class Header(NamedTuple):
    """What stands before the numbers."""

    form: str
    n_vectors: int
    length: int
    encoder: str

    @property
    def n_payload_bytes(self) -> int:
        """How many bytes follow."""
        n = self.n_vectors * self.length
        return 2 * n if self.form == "fp16" else n + 4

    def to_bytes(self) -> bytes:
        """48 bytes."""
        digest = bytes.fromhex(self.encoder)
        return _LAYOUT.pack(_MAGIC, _VERSION, FORMS[self.form], self.n_vectors, self.length, digest)


def parse_header(data: bytes) -> Header:
    """Read the header at the start of `data`. Raises `InvalidArgument`."""
    if not data.startswith(_MAGIC):
        raise InvalidArgument(
            f"This is not a plan: it begins with {data[:4]!r}, expected {_MAGIC!r}; `vmaf-dnn plan` writes"
            " one."
        )
    if len(data) < _LAYOUT.size:
        raise InvalidArgument(
            f"The plan ends after {len(data)} bytes, expected {_LAYOUT.size} of header; send it whole."
        )
    _, version, form, n_vectors, length, digest = _LAYOUT.unpack_from(data)
    if version != _VERSION:
        raise InvalidArgument(
            f"The plan is of version {version}, expected {_VERSION}; install the vmaf-dnn that wrote it."
        )
    if form not in _NAMES:
        raise InvalidArgument(
            f"The plan's numbers have form {form}, expected 1 (fp16) or 2 (int8); encode the picture again."
        )
    if not (1 <= n_vectors <= MOST_VECTORS and 1 <= length <= MOST_NUMBERS):
        raise InvalidArgument(
            f"The plan claims {n_vectors}x{length} numbers, expected 1x1 to {MOST_VECTORS}x{MOST_NUMBERS};"
            " encode the picture again."
        )
    if any(data[10:16]):
        raise InvalidArgument("The plan's bytes 10 to 15 are not zero; encode the picture again.")
    return Header(_NAMES[form], n_vectors, length, digest.hex())


def packed(values: NDArray[np.float16], form: str) -> bytes:
    """Return the bytes behind the header."""
    if form == "fp16":
        return values.astype("<f2").tobytes()
    exact = values.astype(np.float64)
    scale = np.float32(np.abs(exact).max() / _LARGEST) or np.float32(1)
    steps = np.rint(exact / float(scale)).clip(-_LARGEST, _LARGEST)
    return struct.pack("<f", scale) + steps.astype(np.int8).tobytes()


def unpacked(payload: bytes, header: Header) -> NDArray[np.floating]:
    """(K, D) numbers, which may be none; raises `InvalidArgument` for a scale that is none."""
    shape = header.n_vectors, header.length
    if header.form == "fp16":
        return np.frombuffer(payload, "<f2").reshape(shape)
    (scale,) = struct.unpack_from("<f", payload)
    if not 0 < scale < np.inf:
        raise InvalidArgument(
            f"The plan's scale is {scale}, expected a number above 0; encode the picture again."
        )
    steps = np.frombuffer(payload, np.int8, offset=4).reshape(shape)
    return steps.astype(np.float64) * np.float64(scale)
