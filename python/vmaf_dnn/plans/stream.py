# SPDX-License-Identifier: BSD-3-Clause
"""Plans one after another: in a file, or through a pipe as they come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.plans.plan import Plan
from vmaf_dnn.plans.wire import HEADER_BYTES, parse_header


class Readable(Protocol):
    """A binary stream."""

    def read(self, n_bytes: int, /) -> bytes | None:
        """Return up to so many bytes, none at the end."""


def read_plans(stream: Readable, name: str = "The stream") -> Iterator[Plan]:
    """Yield each plan when its last byte has come; no more than one is in memory.

    Args:
        stream: an open binary file.
        name: what it is called in errors.

    Raises:
        InvalidArgument: what comes is no plan, or ends within one.
    """
    n_read = 0
    while data := _exactly(stream, HEADER_BYTES):
        try:
            header = parse_header(data)
            yield Plan.from_bytes(data + _exactly(stream, header.n_payload_bytes))
        except InvalidArgument as error:
            sentence = f"{name}, plan {n_read + 1}: {error}"
            raise InvalidArgument(sentence) from error
        n_read += 1
    if not n_read:
        raise InvalidArgument(f"{name} is empty, expected plans of `vmaf-dnn plan`; see what that printed.")


def _exactly(stream: Readable, n_bytes: int) -> bytes:
    """Read so many bytes, fewer at the end of the stream only."""
    data = b""
    while len(data) < n_bytes and (more := stream.read(n_bytes - len(data))):
        data += more
    return data
