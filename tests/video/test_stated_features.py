# SPDX-License-Identifier: BSD-3-Clause
"""Clips are measured as the models over them state."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vmaf_dnn
from tests.support.json_files import edit_entries, edit_json
from tests.support.make_models import write_model_of_v1
from tests.support.v1 import coloured_pair, features_of, write_coloured_y4m
from vmaf_dnn import InvalidArgument, Report, Session, VideoError
from vmaf_dnn.cli import main
from vmaf_dnn.extractor import FeatureKeywords, feature_name

OPTIONS = [feature.partition("=")[2] for feature in features_of("3d0h")]
NEG = ["adm_enhn_gain_limit=1", *4 * ["vif_enhn_gain_limit=1"], ""]
CORRECTION = {"parameter": 120, "guided": "speed_chroma_uv", "guide": "adm3"}
SIZE = (400, 330)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("coloured")
    pairs = [coloured_pair("natural", *SIZE, 8, "420", seed) for seed in range(3)]
    return [write_coloured_y4m(folder / f"{i}.y4m", [pair[i] for pair in pairs], 8, "420") for i in range(2)]


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """The shipped models, one of them over the canonical six with gain limits of 1."""
    folder = Path(shutil.copytree(vmaf_dnn.registry_path().parent, tmp_path / "tiny"))
    edit_json(folder / "vmaf_tiny_v4.json", feature_options=NEG)
    edit_entries(folder / "registry.json", lambda entry: entry.pop("contract"))
    return folder / "registry.json"


def rows_of(report: Report, requests: list[str]) -> np.ndarray:
    columns = [report.metrics[feature_name(request)] for request in requests]
    return np.stack(columns, axis=1).astype(np.float32)


def test_three_kinds_of_models_stand_in_one_report(tmp_path: Path, clips: list[Path], registry: Path) -> None:
    of_v1 = write_model_of_v1(tmp_path, feature_options=OPTIONS, chroma_correction=CORRECTION)
    models: list[str | Path] = [of_v1, "vmaf_tiny_v4", "vmaf_tiny_v2"]
    report = vmaf_dnn.score(*clips, tiny_model=models, registry=registry, precision="fp32")
    assert [model.info.precision for model in report.models] == ["fp32"] * 3
    assert {"integer_adm2", "integer_adm2_egl_1", "integer_vif_scale3_egl_1"} <= report.metrics.keys()
    rows = rows_of(report, features_of("3d0h"))
    np.testing.assert_array_equal(report.metrics["mean"], Session(of_v1).run(rows))
    neg = vmaf_dnn.score(
        *clips, tiny_model="vmaf_tiny_v4", precision="fp32", adm_enhn_gain_limit=1, vif_enhn_gain_limit=1
    )
    np.testing.assert_array_equal(report.metrics["vmaf_tiny_v4"], neg.metrics["vmaf_tiny_v4"])
    plain = vmaf_dnn.score(*clips, tiny_model="vmaf_tiny_v2", precision="fp32")
    np.testing.assert_array_equal(report.metrics["vmaf_tiny_v2"], plain.metrics["vmaf_tiny_v2"])


def test_options_of_the_call_are_for_models_that_state_none(clips: list[Path], registry: Path) -> None:
    limits: FeatureKeywords = {"adm_enhn_gain_limit": 1.5, "vif_enhn_gain_limit": 1.5}
    models = ["vmaf_tiny_v4", "vmaf_tiny_v2"]
    report = vmaf_dnn.score(*clips, tiny_model=models, registry=registry, **limits)
    alone = [vmaf_dnn.score(*clips, tiny_model="vmaf_tiny_v4", registry=registry)]
    alone.append(vmaf_dnn.score(*clips, tiny_model="vmaf_tiny_v2", **limits))
    for name, other in zip(models, alone, strict=True):
        np.testing.assert_array_equal(report.metrics[name], other.metrics[name])
    assert "integer_adm2" not in alone[0].metrics


def test_each_feature_is_measured_once(tmp_path: Path, clips: list[Path]) -> None:
    model = write_model_of_v1(tmp_path, feature_options=OPTIONS)
    (tmp_path / "other").mkdir()
    other = write_model_of_v1(tmp_path / "other", 3.0, feature_options=OPTIONS, id="other")
    report = vmaf_dnn.score(*clips, tiny_model=[model, other], svm_model="version=vmaf_v1.0.16_3d0h:name=v1")
    names = [feature_name(request) for request in features_of("3d0h")]
    assert list(report.metrics) == [*names, "v1", "mean", "other"]


def test_chroma_is_read_only_for_models_over_it(tmp_path: Path, registry: Path) -> None:
    grey = tmp_path / "grey.y4m"
    grey.write_bytes(b"YUV4MPEG2 W400 H330 F25:1 Cmono\nFRAME\n" + bytes(400 * 330))
    assert len(vmaf_dnn.score(grey, grey, tiny_model="vmaf_tiny_v4", registry=registry).frames) == 1
    model = write_model_of_v1(tmp_path, feature_options=OPTIONS)
    with pytest.raises(VideoError, match=r"grey.y4m is grey, and speed_chroma_uv.* compares chroma"):
        vmaf_dnn.score(grey, grey, tiny_model=model)


def test_cambi_is_of_the_encode(tmp_path: Path, clips: list[Path]) -> None:
    """A clip that is scaled to be compared has bands at its own size."""
    small = write_coloured_y4m(
        tmp_path / "small.y4m",
        [coloured_pair("natural", 300, 248, 8, "420", seed)[1] for seed in range(3)],
        8,
        "420",
    )
    model = write_model_of_v1(tmp_path, feature_options=OPTIONS)
    reports = vmaf_dnn.score(clips[0], [clips[1], small], tiny_model=model, scale=True)
    cambis = [next(name for name in report.metrics if name.startswith("cambi")) for report in reports]
    assert "encw_300" in cambis[1]
    assert "encw" not in cambis[0]
    for report, cambi in zip(reports, cambis, strict=True):
        columns = [report.metrics[cambi], *(rows_of(report, features_of("3d0h")[1:]).T)]
        rows = np.stack(columns, axis=1).astype(np.float32)
        np.testing.assert_array_equal(report.metrics["mean"], Session(model).run(rows))


def test_warnings_are_of_rows_as_they_were_measured(tmp_path: Path) -> None:
    """A chroma of exactly 0 is in the range of rows that have it, whatever it is replaced by."""
    y4ms = [tmp_path / f"{i}.y4m" for i in range(2)]
    pair = coloured_pair("natural", *SIZE, 8, "420", 0)
    for path, (luma, *chroma) in zip(y4ms, pair, strict=True):
        u, v = (np.full_like(plane, 128) for plane in chroma)
        write_coloured_y4m(path, [(luma, u, v)] * 2, 8, "420")
    stated: dict[str, Any] = {"feature_options": OPTIONS, "chroma_correction": CORRECTION}
    wide = [[-1, 1000], [0, 0], [-1, 2], [-1, 1000]]
    model = write_model_of_v1(tmp_path, feature_range=wide, **stated)
    report = vmaf_dnn.score(*y4ms, tiny_model=model)
    assert (rows_of(report, features_of("3d0h"))[:, 1] == 0).all()
    write_model_of_v1(tmp_path, feature_range=[wide[0], [1, 2], *wide[2:]], **stated)
    with pytest.warns(RuntimeWarning, match=r"speed_chroma_uv"):
        vmaf_dnn.score(*y4ms, tiny_model=model)


def test_libvmaf_measures_what_its_models_are_over(tmp_path: Path, clips: list[Path]) -> None:
    model = write_model_of_v1(tmp_path, feature_options=OPTIONS)
    with pytest.raises(InvalidArgument, match=r"is over cambi=.*, which the extractor libvmaf measures for"):
        vmaf_dnn.score(*clips, tiny_model=model, extractor="libvmaf")
    theirs = vmaf_dnn.score(
        *clips, tiny_model=model, extractor="libvmaf", svm_model="version=vmaf_v1.0.16_3d0h"
    )
    ours = vmaf_dnn.score(*clips, tiny_model=model)
    np.testing.assert_allclose(theirs.metrics["mean"], ours.metrics["mean"], atol=1e-5)


def test_the_command_scores_ids_that_share_a_network(
    tmp_path: Path, clips: list[Path], registry: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = registry.parent
    sidecar = json.loads((folder / "vmaf_tiny_v4.json").read_text())
    curved = sidecar | {"id": "curved", "score_transform": {"p0": 1, "p1": 0.5}, "feature_options": NEG}
    (folder / "curved.json").write_text(json.dumps(curved))
    listed = json.loads(registry.read_text())
    (entry,) = [model for model in listed["models"] if model["id"] == "vmaf_tiny_v4"]
    listed["models"].append(entry | {"id": "curved", "sidecar": "curved.json"})
    registry.write_text(json.dumps(listed))

    words = ["-r", str(clips[0]), "-d", str(clips[1]), "--registry", str(registry)]
    models = ["--tiny-model", "curved", "--tiny-model", "vmaf_tiny_v4", "--tiny-model", "vmaf_tiny_v2"]
    assert main([*words, *models, "--tiny-precision", "fp32", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [model["id"] for model in document["tiny_model"]] == ["curved", "vmaf_tiny_v4", "vmaf_tiny_v2"]
    for frame in document["frames"]:
        plain = np.float32(frame["metrics"]["vmaf_tiny_v4"])
        assert frame["metrics"]["curved"] == pytest.approx(1 + 0.5 * plain, abs=1e-4)

    assert main(["info", "curved", "--registry", str(registry), "--json"]) == 0
    info = json.loads(capsys.readouterr().out)
    assert (info["id"], info["feature_options"]) == ("curved", NEG)
    assert main(["models", "--registry", str(registry), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[-1]["sidecar"] == str(folder / "curved.json")
    assert main(["verify", "curved", "--registry", str(registry)]) == 0
