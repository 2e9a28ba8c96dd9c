# SPDX-License-Identifier: BSD-3-Clause
"""The wire form: what goes in comes out, and what is no plan is refused in one sentence."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vmaf_dnn import InvalidArgument, Plan
from vmaf_dnn.plans import read_plans

DIGEST = "0123456789abcdef" * 4
SIZES = st.tuples(st.integers(1, 20), st.integers(1, 40))
FINITE = st.floats(-65504, 65504, width=16)


def plan(k: int = 16, d: int = 256) -> Plan:
    return Plan(np.random.default_rng(0).normal(size=(k, d)), DIGEST)


def header(**changed: object) -> bytes:
    fields = {"magic": b"VPLN", "version": 1, "form": 1, "k": 16, "d": 256, "rest": bytes(6)} | changed
    return struct.pack("<4sBBHH6s32s", *fields.values(), bytes.fromhex(DIGEST))


def test_a_plan_takes_8192_bytes_behind_its_header_and_4100_as_int8() -> None:
    assert len(plan().to_bytes()) == 48 + 8192
    assert len(plan().to_bytes("int8")) == 48 + 4100


def test_the_bytes_are_those_of_the_documents() -> None:
    data = Plan([[1.0, -2.0]], DIGEST).to_bytes()
    assert data == header(k=1, d=2) + b"\x00\x3c\x00\xc0"


@given(values=SIZES.flatmap(lambda size: arrays(np.float16, size, elements=FINITE)))
def test_fp16_keeps_every_bit(values: np.ndarray) -> None:
    sent = Plan(values, DIGEST)
    got = Plan.from_bytes(sent.to_bytes())
    assert got.values.tobytes() == values.tobytes()
    assert (got, got.encoder) == (sent, DIGEST)


@given(values=SIZES.flatmap(lambda size: arrays(np.float16, size, elements=FINITE)))
def test_int8_is_within_half_a_step(values: np.ndarray) -> None:
    got = Plan.from_bytes(Plan(values, DIGEST).to_bytes("int8")).values.astype(np.float64)
    largest = np.abs(values.astype(np.float64)).max()
    rounding = np.abs(got) * 2**-11 + 2**-24  # of the float16 that a plan is kept in
    assert (np.abs(got - values) <= largest / 127 * 0.5001 + rounding).all()


def test_a_plan_is_a_value() -> None:
    one, same, other = plan(), plan(), Plan(plan().values, "ff" * 32)
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != "a plan"
    assert repr(one) == "<vmaf_dnn.Plan 16x256 of encoder 01234567>"
    with pytest.raises(ValueError, match="read-only"):
        one.values[0, 0] = 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (np.full((16, 256), np.nan), r"4096 of the plan's 4096 numbers are NaN, infinite or beyond float16"),
        (np.array([[1.0, np.inf]]), r"1 of the plan's 2 numbers"),
        ([[1e6]], "beyond float16"),
        (np.zeros((0, 0)), r"shape \(K, D\), up to \(256, 4096\), got \(0, 0\)"),
        (np.zeros((1, 30_000)), r"got \(1, 30000\)"),
        (np.zeros(4), r"got \(4,\)"),
        ("a picture", "A plan is an array of real numbers"),
        ([[1 + 2j]], "A plan is an array of real numbers"),
    ],
)
def test_refuses_values_that_are_no_plan(values: object, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        Plan(values, DIGEST)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoder", ["", "AB" * 32, "00" * 31, 7])
def test_refuses_an_encoder_that_is_no_digest(encoder: object) -> None:
    with pytest.raises(InvalidArgument, match="encoder must be a sha256, 64 digits"):
        Plan([[1.0]], encoder)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", r"This is not a plan: it begins with b'', expected b'VPLN'; `vmaf-dnn plan` writes one\.$"),
        (b"RIFF" + bytes(100), "begins with b'RIFF'"),
        (header()[:47], "The plan ends after 47 bytes, expected 48 of header"),
        (
            header() + bytes(8191),
            "has 8191 bytes behind its header, expected 8192 for 16x256 numbers of fp16",
        ),
        (header() + bytes(8193), "read one plan at a time"),
        (header(version=2) + bytes(8192), "is of version 2, expected 1"),
        (header(form=3) + bytes(8192), r"have form 3, expected 1 \(fp16\) or 2 \(int8\)"),
        (header(k=0) + bytes(8192), "claims 0x256 numbers"),
        (header(k=65535, d=65535), "claims 65535x65535 numbers, expected 1x1 to 256x4096"),
        (header(rest=b"\x01" + bytes(5)) + bytes(8192), "bytes 10 to 15 are not zero"),
        (header() + b"\x00\x7e" + bytes(8190), "1 of the plan's 4096 numbers are NaN"),
        (header(form=2) + struct.pack("<f", np.nan) + bytes(4096), "scale is nan, expected a number above 0"),
        (header(form=2) + struct.pack("<f", -1) + bytes(4096), "scale is -1.0"),
        (header(form=2) + struct.pack("<f", 1e30) + b"\x01" * 4096, "beyond float16"),
    ],
)
def test_refuses_bytes_that_are_no_plan(data: bytes, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence) as caught:
        Plan.from_bytes(data)
    assert "\n" not in str(caught.value)


def test_refuses_what_is_not_bytes_and_forms_that_are_none() -> None:
    with pytest.raises(InvalidArgument, match="read from bytes, got str"):
        Plan.from_bytes("VPLN")  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="form must be fp16 or int8, got 'fp8'"):
        plan().to_bytes("fp8")


class Trickle(io.BytesIO):
    """A pipe that gives seven bytes at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(7, 7 if size is None or size < 0 else size))


def test_plans_are_read_one_after_another_as_they_trickle_in() -> None:
    plans = [plan(2, 8), plan(4, 4)]
    stream = Trickle(plans[0].to_bytes() + plans[1].to_bytes("int8"))
    first, second = read_plans(stream)
    assert first == plans[0]
    assert second.values.shape == (4, 4)


def test_a_stream_that_ends_within_a_plan_says_which() -> None:
    data = plan().to_bytes() * 2
    with pytest.raises(InvalidArgument, match=r"^x\.bin, plan 2: The plan has 8182 bytes behind its header"):
        list(read_plans(io.BytesIO(data[:-10]), "x.bin"))
    with pytest.raises(InvalidArgument, match=r"^The stream is empty, expected plans of `vmaf-dnn plan`"):
        list(read_plans(io.BytesIO()))
