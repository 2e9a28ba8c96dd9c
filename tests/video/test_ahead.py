# SPDX-License-Identifier: BSD-3-Clause
"""Frames that are read while others are measured."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import Clips
from vmaf_dnn.video.ahead import fetched_ahead


def nothing() -> None:
    """Interrupt a fetch that never waits."""


def children() -> set[str]:
    """The processes that this thread has started and not yet seen end (other tests' helpers among them)."""
    listed = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    return set(listed.read_text().split()) if listed.exists() else set()


def test_items_come_in_order_and_one_is_fetched_ahead() -> None:
    fetched = []

    def count() -> Iterator[int]:
        for number in range(5):
            fetched.append(number)
            yield number

    with fetched_ahead(count(), nothing) as items:
        assert list(items) == fetched == [0, 1, 2, 3, 4]


def test_an_error_comes_where_the_item_would_have_come() -> None:
    def two_then_fail() -> Iterator[int]:
        yield from (0, 1)
        raise ValueError("the third")

    with fetched_ahead(two_then_fail(), nothing) as items:
        assert [next(items), next(items)] == [0, 1]
        with pytest.raises(ValueError, match="the third"):
            next(items)


def test_a_fetch_that_waits_is_interrupted_when_the_block_is_left() -> None:
    released = threading.Event()

    def one_then_wait() -> Iterator[int]:
        yield 0
        released.wait()
        yield 1

    def leave_early() -> None:
        with fetched_ahead(one_then_wait(), released.set) as items:
            assert next(items) == 0
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave_early()
    assert released.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read-ahead")]


def test_a_run_that_is_left_early_leaves_no_decoder_and_no_thread(clips: Clips) -> None:
    class Left(Exception):
        pass

    def leave(progress: vmaf_dnn.Progress) -> None:
        raise Left

    before = children()
    with pytest.raises(Left):
        vmaf_dnn.features(clips.reference, clips.distorted, progress=leave)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read-ahead")]
    assert children() <= before
