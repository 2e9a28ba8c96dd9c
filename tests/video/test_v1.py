# SPDX-License-Identifier: BSD-3-Clause
"""VMAF v1 of clips: our own evaluation beside libvmaf's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support.v1 import coloured_pair, write_coloured_y4m
from vmaf_dnn import InvalidArgument, VideoError

FILES = ["3d0h", "5d0h", "1d5h_2160", "3d0h_2160", "hfr_3d0h", "hfr_5d0h", "hfr_1d5h_2160", "hfr_3d0h_2160"]


def write_pair(
    folder: Path, kind: str, chroma: str, bit_depth: int = 8, size: tuple[int, int] = (642, 366)
) -> tuple[Path, Path]:
    pairs = [coloured_pair(kind, *size, bit_depth, chroma, seed) for seed in range(4)]
    reference, distorted = ([pair[i] for pair in pairs] for i in range(2))
    return (
        write_coloured_y4m(folder / "reference.y4m", reference, bit_depth, chroma),
        write_coloured_y4m(folder / "distorted.y4m", distorted, bit_depth, chroma),
    )


@pytest.mark.parametrize(
    ("kind", "chroma", "bit_depth"), [("natural", "420", 8), ("contrast", "422", 10), ("flat", "444", 12)]
)
def test_scores_of_all_models_equal_libvmaf(tmp_path: Path, kind: str, chroma: str, bit_depth: int) -> None:
    clips = write_pair(tmp_path, kind, chroma, bit_depth)
    models = [f"version=vmaf_v1.0.16_{file}:name=v1_{file}" for file in FILES]
    models.append("version=vmaf_v0.6.1neg:name=neg")
    ours = vmaf_dnn.score(*clips, svm_model=models, tiny_model=None)
    theirs = vmaf_dnn.score(*clips, svm_model=models, tiny_model=None, extractor="libvmaf")
    assert ours.metrics.keys() <= theirs.metrics.keys()
    for name, values in ours.metrics.items():
        atol = 1.3e-6 if name in ours.scores else 5.1e-7
        np.testing.assert_allclose(values, theirs.metrics[name], rtol=0, atol=atol, err_msg=name)


def test_an_overload_makes_8_bits_of_10(tmp_path: Path) -> None:
    model = "version=vmaf_v1.0.16_3d0h"
    eight = vmaf_dnn.score(*write_pair(tmp_path, "natural", "420"), svm_model=model, tiny_model=None)
    pairs = [coloured_pair("natural", 642, 366, 8, "420", seed) for seed in range(4)]
    deeper = [[tuple(plane.astype(np.uint16) << 2 for plane in pair[i]) for pair in pairs] for i in range(2)]
    clips = [
        write_coloured_y4m(tmp_path / f"{i}.y4m", frames, 10, "420")  # type: ignore[arg-type]
        for i, frames in enumerate(deeper)
    ]
    ten = vmaf_dnn.score(*clips, svm_model=f"{model}:cambi.enc_bitdepth=8", tiny_model=None)
    assert ten.mean == eight.mean


def test_clips_without_chroma_are_refused(tmp_path: Path) -> None:
    grey = tmp_path / "grey.y4m"
    grey.write_bytes(b"YUV4MPEG2 W400 H330 F25:1 Cmono\nFRAME\n" + bytes(400 * 330))
    colour, _ = write_pair(tmp_path, "natural", "420", size=(400, 330))
    for clips in ((grey, grey), (colour, grey)):
        for extractor in ("native", "libvmaf"):
            with pytest.raises(
                VideoError, match=r"grey.y4m is grey, and .* compares chroma of 420, 422, 444"
            ):
                vmaf_dnn.score(
                    *clips,
                    svm_model="version=vmaf_v1.0.16_3d0h",
                    tiny_model=None,
                    extractor=extractor,
                    shortest=True,
                )
    assert len(vmaf_dnn.score(grey, grey).frames) == 1


def test_clips_of_different_chroma_are_refused(tmp_path: Path) -> None:
    reference, _ = write_pair(tmp_path, "natural", "420", size=(400, 330))
    (tmp_path / "b").mkdir()
    _, distorted = write_pair(tmp_path / "b", "natural", "444", size=(400, 330))
    with pytest.raises(
        VideoError, match=r"the clips differ in chroma: .* is 420, .* is 444, .*format=yuv420p "
    ):
        vmaf_dnn.score(reference, distorted, svm_model="version=vmaf_v1.0.16_3d0h", tiny_model=None)


def test_a_table_of_chosen_features(tmp_path: Path) -> None:
    clips = write_pair(tmp_path, "natural", "420", size=(400, 330))
    table = vmaf_dnn.features(*clips, features=["cambi", "speed_chroma_u", "adm2"])
    assert list(table.metrics) == ["cambi", "speed_chroma_u", "integer_adm2"]
    np.testing.assert_array_equal(table.feature("adm2"), vmaf_dnn.features(*clips).feature("adm2"))
    with pytest.raises(
        InvalidArgument, match="features are chosen for the native extractor; leave extractor"
    ):
        vmaf_dnn.features(*clips, features=["adm2"], extractor="libvmaf")
    with pytest.raises(InvalidArgument, match="features must be a list of features, got 'adm2'"):
        vmaf_dnn.features(*clips, features="adm2")
