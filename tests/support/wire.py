# SPDX-License-Identifier: BSD-3-Clause
"""Protobuf messages by hand, for files that no library would write."""

from __future__ import annotations


def varint(value: int) -> bytes:
    """An unsigned number, seven bits a byte."""
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number: int, payload: bytes) -> bytes:
    """A field that holds bytes: a string, a message or packed numbers."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def number(of: int, value: int) -> bytes:
    """A field that holds one number."""
    return varint(of << 3) + varint(value % 2**64)


def model(graph: bytes = b"", rest: bytes = b"") -> bytes:
    """A model of IR 8 and opset 17 around the fields of its graph, and more fields of its own."""
    return number(1, 8) + field(8, number(2, 17)) + field(7, field(2, b"main_graph") + graph) + rest
