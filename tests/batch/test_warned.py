# SPDX-License-Identifier: BSD-3-Clause
"""Warnings go to the thread that raised them, and to the clip that they are of."""

from __future__ import annotations

import threading
import warnings

import pytest

from vmaf_dnn.batch.warned import collected


def test_a_thread_has_its_own() -> None:
    found: dict[int, list[str]] = {}
    meeting = threading.Barrier(3)

    def warn(number: int) -> None:
        with collected() as warned:
            for _ in range(2):
                meeting.wait()
                warnings.warn(f"of {number}", RuntimeWarning, stacklevel=1)
            meeting.wait()
        found[number] = list(map(str, warned))

    threads = [threading.Thread(target=warn, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [f"of {number}"] * 2 for number in range(3)}


def test_what_was_there_before_is_there_again() -> None:
    shown, filters = warnings.showwarning, list(warnings.filters)
    with pytest.raises(ZeroDivisionError), collected() as warned:
        warned.append(RuntimeWarning(str(1 / 0)))
    assert warnings.showwarning is shown
    assert warnings.filters == filters


def test_threads_that_do_not_collect_warn_as_ever() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with collected() as warned:
            thread = threading.Thread(target=warnings.warn, args=("elsewhere", RuntimeWarning))
            thread.start()
            thread.join()
    assert [str(warning.message) for warning in caught] == ["elsewhere"]
    assert warned == []
