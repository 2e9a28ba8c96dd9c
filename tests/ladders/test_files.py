# SPDX-License-Identifier: BSD-3-Clause
"""Files of reports, as a ladder takes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmaf_dnn import InvalidArgument
from vmaf_dnn.ladders.files import read_reports


@pytest.mark.parametrize("text", ["[" * 200_000, "[1,", "[\udcff"])
def test_a_list_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(InvalidArgument, match=r"list\.json is (JSON, but too deep|no JSON|no text in UTF-8)"):
        read_reports([file])
