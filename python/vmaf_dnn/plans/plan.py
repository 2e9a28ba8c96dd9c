# SPDX-License-Identifier: BSD-3-Clause
"""A plan: what an encoder makes of a picture, and all that a captioner gets."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vmaf_dnn.checks import require_one_of
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.plans.wire import (
    FORMS,
    HEADER_BYTES,
    MOST_NUMBERS,
    MOST_VECTORS,
    Header,
    packed,
    parse_header,
    unpacked,
)

_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, eq=False)
class Plan:
    """K vectors of D numbers, and whose they are.

    Attributes:
        values: (K, D) float16, all finite; read-only.
        encoder: sha256 of the fp32 file of the encoder that made it, in lower-case hexadecimal. A captioner
            reads the plans of one encoder only.

    Raises:
        InvalidArgument: the values are not such an array, or `encoder` is no digest.

    >>> plan = Plan(np.ones((16, 256)), "00" * 32)
    >>> len(plan.to_bytes()), len(plan.to_bytes("int8"))  # 48 of them are the header
    (8240, 4148)
    >>> Plan.from_bytes(plan.to_bytes()) == plan
    True
    """

    values: NDArray[np.float16]
    encoder: str

    def __init__(self, values: ArrayLike, encoder: str) -> None:
        if not isinstance(encoder, str) or not _DIGEST.fullmatch(encoder):
            raise InvalidArgument(
                f"encoder must be a sha256, 64 digits of lower-case hexadecimal, got {encoder!r:.80}."
            )
        object.__setattr__(self, "values", _checked(values))
        object.__setattr__(self, "encoder", encoder)

    def to_bytes(self, form: str = "fp16") -> bytes:
        """Return the wire form: 48 bytes of header, then the numbers.

        Args:
            form: ``"fp16"`` keeps every bit, two bytes a number; ``"int8"`` takes one, and four for the scale
                that they share.
        """
        require_one_of("form", form, tuple(FORMS))
        k, d = self.values.shape
        return Header(form, k, d, self.encoder).to_bytes() + packed(self.values, form)

    @classmethod
    def from_bytes(cls, data: bytes) -> Plan:
        """Read the wire form of one plan.

        Raises:
            InvalidArgument: it is not a plan, is cut or goes on behind its end, or holds what is no number.
        """
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise InvalidArgument(f"A plan is read from bytes, got {type(data).__name__}.")
        header, payload = parse_header(bytes(data)), bytes(data[HEADER_BYTES:])
        if len(payload) != header.n_payload_bytes:
            cure = "send it whole" if len(payload) < header.n_payload_bytes else "read one plan at a time"
            raise InvalidArgument(
                f"The plan has {len(payload)} bytes behind its header, expected {header.n_payload_bytes} for"
                f" {header.n_vectors}x{header.length} numbers of {header.form}; {cure}."
            )
        return cls(unpacked(payload, header), header.encoder)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plan):
            return NotImplemented
        return self.encoder == other.encoder and np.array_equal(self.values, other.values)

    def __hash__(self) -> int:
        return hash((self.encoder, self.values.tobytes()))

    def __repr__(self) -> str:
        k, d = self.values.shape
        return f"<vmaf_dnn.Plan {k}x{d} of encoder {self.encoder[:8]}>"


def _checked(values: ArrayLike) -> NDArray[np.float16]:
    try:
        given = np.asarray(values)
        if np.iscomplexobj(given):
            raise TypeError("complex numbers")
        given = given.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"A plan is an array of real numbers, got {values!r:.80}.") from error
    if given.ndim != 2 or not (1 <= given.shape[0] <= MOST_VECTORS and 1 <= given.shape[1] <= MOST_NUMBERS):
        raise InvalidArgument(
            f"A plan has the shape (K, D), up to ({MOST_VECTORS}, {MOST_NUMBERS}), got {given.shape}."
        )
    with np.errstate(over="ignore"):
        rounded = given.astype(np.float16)
    if not np.isfinite(rounded).all():
        n = int((~np.isfinite(rounded)).sum())
        raise InvalidArgument(
            f"{n} of the plan's {rounded.size} numbers are NaN, infinite or beyond float16; encode the"
            " picture again."
        )
    rounded.setflags(write=False)
    return rounded
