# SPDX-License-Identifier: BSD-3-Clause
"""Options of a row become the keywords of `score` that the command's flags become."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vmaf_dnn import InvalidArgument
from vmaf_dnn.batch.options import Options


def read(**cells: Any) -> Options:
    return Options.read(cells, Path("/clips"))


def test_without_options_the_default_model_scores_by_one_thread() -> None:
    words = read().keywords
    assert (words["tiny_model"], words["svm_model"], words["threads"]) == (["vmaf_tiny_v2"], None, 1)


def test_models_of_v1_alone_leave_the_default_out() -> None:
    words = read(model="version=vmaf_v1.0.16_3d0h").keywords
    assert words["tiny_model"] == []
    assert words["svm_model"] == ("version=vmaf_v1.0.16_3d0h",)


def test_several_models_stand_between_bars() -> None:
    words = read(tiny_model="vmaf_tiny_v2|vmaf_tiny_v4", tiny_precision="int8").keywords
    assert (words["tiny_model"], words["precision"]) == (["vmaf_tiny_v2", "vmaf_tiny_v4"], "int8")
    assert read(tiny_model=["vmaf_tiny_v2", "vmaf_tiny_v4"], tiny_precision="int8") == read(
        tiny_model="vmaf_tiny_v2|vmaf_tiny_v4", tiny_precision="int8"
    )


def test_paths_of_models_are_relative_to_the_manifest() -> None:
    words = read(tiny_model="m/a.onnx", model="path=../v.json:name=v", registry="r.json").keywords
    assert words["tiny_model"] == ["/clips/m/a.onnx"]
    assert words["svm_model"] == ("path=/v.json:name=v",)
    assert words["registry"] == "/clips/r.json"


def test_numbers_of_tables_are_read_as_they_are_meant() -> None:
    options = read(width=64.0, height=48.0, pixel_format=420, bitdepth="8", start=1, frame_rate="29.97")
    video = options.video
    assert (video.width, video.pixel_format, video.bitdepth) == (64, "420", 8)
    assert (video.start, video.frame_rate) == (1, 29.97)


@pytest.mark.parametrize("cell", [None, "", "  ", [], float("nan")])
def test_an_empty_cell_is_not_given(cell: object) -> None:
    assert read(scale=cell).given == ()


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"viewing": "cinema"}, "viewing must be one of tv, phone"),
        ({"viewing": "tv"}, "none is left to choose"),
        ({"tiny_threads": 5000}, "tiny_threads must be"),
        ({"shortest": "perhaps"}, "shortest must be true or false, got 'perhaps'."),
        ({"start": "soon"}, "start must be a number, got 'soon'."),
        ({"scale": "big"}, "scale must be true or false or a whole number, got 'big'."),
        ({"model": "vmaf_v0.6.1"}, "stands alone"),
        ({"extractor": "libvmaf", "motion_rule": "v3.1"}, "leave them out with libvmaf"),
    ],
)
def test_options_that_make_no_sense(cells: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        read(**cells)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, True),
        ({"subsample": 2, "scale": True}, True),
        ({"shortest": True}, False),
        ({"sync": "auto"}, False),
        ({"match": "time"}, False),
        ({"start": 1.0}, False),
        ({"crop": "auto"}, False),
        ({"depth": "auto"}, False),
        ({"deinterlace": True}, False),
    ],
)
def test_where_one_clip_decides_for_another_none_share(cells: dict[str, Any], expected: bool) -> None:
    assert read(**cells).may_share is expected
