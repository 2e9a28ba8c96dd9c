# SPDX-License-Identifier: BSD-3-Clause
"""The files of libvmaf's own models: found, held against their digests, and evaluated as libvmaf does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.make_svrs import train_svr
from vmaf_dnn import InvalidArgument, ModelRejected, score
from vmaf_dnn.svm import DIGESTS, find_model, read_svm_model

ELSEWHERE = {"vmaf_b_v0.6.3"}  # the package ffmpeg-quality-metrics has no collection

# cambi, speed_chroma_uv, adm3, motion3
ROWS = np.array(
    [
        [0, 0, 1, 0],
        [0, 1e-9, 1, 4],
        [0, 0, 0.95, 4],
        [0, 6, 0.95, 4],
        [5, 2, 0.97, 6],
        [2.5, 8, 0.9, 10],
        [0.5, 12, 0.8, 2],
        [17, 45, 0.5, 18],
        [0, 0, 0.5, 0],
    ]
)
RAW = [102.34910936, 105.420151554, 83.3199014129, 83.3199014129, 91.2947366316, 68.8787457215]
RAW += [31.9098544902, -28.3596087912, -37.4848386187]
CURVED = [100.548498, 102.253, 83.6187313935, 83.6187313935, 90.7569882066, 70.5336211188]
CURVED += [36.1034405403, -22.903317, -32.148133]
EXPECTED = {
    "3d0h": np.clip(CURVED, 0, 100),
    "hfr_5d0h": np.clip(CURVED, 0, 100),
    "1d5h_2160": np.clip(RAW, 0, 100),
    "hfr_3d0h_2160": np.clip(np.array(RAW) + 5, 0, 110),
}


@pytest.mark.parametrize("version", [version for version in DIGESTS if version not in ELSEWHERE])
def test_every_known_model_is_found_and_read(version: str) -> None:
    path = find_model(version)
    assert path is not None
    assert read_svm_model(path, sha256=DIGESTS[version]).n_support_vectors > 100


@pytest.mark.parametrize("file", EXPECTED)
def test_models_of_v1_have_the_stated_scores(file: str) -> None:
    path = find_model(f"vmaf_v1.0.16_{file}")
    assert path is not None
    np.testing.assert_allclose(read_svm_model(path).predict(ROWS), EXPECTED[file], rtol=0, atol=1e-9)


def test_where_a_model_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, deep = tmp_path / "vmaf_mine.json", tmp_path / "b" / "vmaf_v9" / "vmaf_v9_3d0h.json"
    deep.parent.mkdir(parents=True)
    for path in (mine, deep):
        path.write_text("{}")
    monkeypatch.setenv("VMAF_DNN_MODEL_PATH", f"{tmp_path / 'none'}:{tmp_path}::{tmp_path / 'b'}")
    assert find_model("vmaf_mine") == mine
    assert find_model("vmaf_v9_3d0h") == deep
    assert find_model("vmaf_yours") is None
    assert find_model("../vmaf_mine") is None


def test_a_file_that_only_has_the_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train_svr().write(tmp_path / "vmaf_v0.6.1.json")
    monkeypatch.setenv("VMAF_DNN_MODEL_PATH", str(tmp_path))
    y4m = tmp_path / "flat.y4m"
    y4m.write_bytes(b"YUV4MPEG2 W64 H48 F25:1 C420\nFRAME\n" + bytes(64 * 48 * 3 // 2))
    with pytest.raises(
        ModelRejected, match=r"is not the model that libvmaf has under this name: its sha256 is"
    ):
        score(y4m, y4m, tiny_model=None, svm_model="version=vmaf_v0.6.1")
    report = score(y4m, y4m, tiny_model=None, svm_model=f"path={tmp_path / 'vmaf_v0.6.1.json'}")
    assert len(report.frames) == 1


def test_options_of_features_are_set_from_without() -> None:
    path = find_model("vmaf_v1.0.16_3d0h")
    assert path is not None
    overloads = {"cambi.enc_bitdepth": "8", "motion.motion_five_frame_window": "true"}
    metrics = [feature.metric for feature in read_svm_model(path, overloads=overloads).features]
    assert metrics[0] == "cambi_hrs_1080_cmxv_17_vlt_0.06_encbd_8"
    assert metrics[3] == "integer_motion3_mffw_mmxv_18"
    with pytest.raises(
        InvalidArgument, match=r"vif\.vif_enhn_gain_limit is set, but the model has no feature"
    ):
        read_svm_model(path, overloads={"vif.vif_enhn_gain_limit": "1"})
