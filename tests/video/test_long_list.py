# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's log is read a frame at a time, to the same values as at once."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.peak_memory import peak_mib
from vmaf_dnn.extractors import long_list
from vmaf_dnn.extractors.long_list import read_with_list

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
# A number that is cut passes for a shorter one: items are objects, as frames are.
ITEMS = st.lists(st.dictionaries(st.text(), VALUES, max_size=3), max_size=5)
READ = """
import sys
from pathlib import Path
from vmaf_dnn.extractors.vmaf_log import read_vmaf_log

log = read_vmaf_log(Path(sys.argv[1]))
assert len(log.frame_numbers) == int(sys.argv[2])
"""


def read(text: str) -> tuple[Any, list[Any]]:
    items: list[Any] = []
    return read_with_list(io.StringIO(text), "frames", items.append), items


@pytest.fixture(params=[1, 7, 1 << 18])
def read_at_a_time(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_list, "_N_CHARACTERS", request.param)


@pytest.mark.usefixtures("read_at_a_time")
@given(ITEMS, VALUES, VALUES, st.sampled_from([None, 1]))
def test_reads_what_json_reads(items: list[Any], before: Any, after: Any, indent: int | None) -> None:
    document = {"before": before, "frames": items, "after": after}
    assert read(json.dumps(document, indent=indent)) == (document | {"frames": []}, items)


@pytest.mark.usefixtures("read_at_a_time")
@pytest.mark.parametrize(
    "text",
    [
        *("", "{", '{"frames": [', '{"frames": [{}', '{"frames": [{},', '{"frames": [{}]', '{"frames": [{}}'),
        *('{"frames": [{} {}]}', '{"frames": [{},]}', '{"frames": [,{}]}', '{"frames": [{"a": tr}]}'),
        *('{"frames": []]}', 'x {"frames": []}', '{"frames": [{}]} x'),
    ],
)
def test_refuses_what_json_refuses(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    with pytest.raises(json.JSONDecodeError):
        read(text)


def test_a_document_without_the_list_is_read_whole() -> None:
    assert read('{"a": [1], "frames": 2}') == ({"a": [1], "frames": 2}, [])


@pytest.mark.slow
def test_a_long_log_takes_little_memory(tmp_path: Path) -> None:
    n_frames, n_metrics = 300_000, 8
    metrics = ", ".join(f'"metric{i}": {i}.123456' for i in range(n_metrics))
    with (tmp_path / "log").open("w") as log:
        log.write('{"version": "3", "fps": 1, "frames": [')
        log.writelines(
            f'{"," if i else ""}\n{{"frameNum": {i}, "metrics": {{{metrics}}}}}' for i in range(n_frames)
        )
        log.write("]}")
    assert peak_mib(READ, tmp_path / "log", n_frames) < 90
