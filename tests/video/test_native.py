# SPDX-License-Identifier: BSD-3-Clause
"""What only the native extractor does: several clips in a pass, options, raw files without ffmpeg."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import N_FRAMES, Clips, FfmpegRunner, LogReader
from tests.support.make_svrs import train_svr
from tests.support.synthetic import pair_of_kind, write_y4m
from vmaf_dnn import CANONICAL_6, FeatureExtractor, FeatureOptions, InvalidArgument, Progress, VideoError
from vmaf_dnn.extractors import native
from vmaf_dnn.video import VideoOptions


@pytest.fixture(scope="module")
def encodes(tmp_path_factory: pytest.TempPathFactory, clips: Clips, ffmpeg: FfmpegRunner) -> list[Path]:
    folder = tmp_path_factory.mktemp("encodes")
    paths = [folder / f"{crf}.mkv" for crf in (20, 32, 44)]
    for path in paths:
        ffmpeg("-i", clips.reference, "-c:v", "libx264", "-crf", path.stem, path)
    return paths


def test_several_clips_get_what_each_gets_alone(clips: Clips, encodes: list[Path]) -> None:
    together = native.extract(clips.reference, encodes)
    for table, clip in zip(together, encodes, strict=True):
        (alone,) = native.extract(clips.reference, [clip])
        assert list(table.metrics) == list(alone.metrics)
        for name, values in alone.metrics.items():
            np.testing.assert_array_equal(table.metrics[name], values)
    assert together[0].rows()[:, 1].mean() > together[2].rows()[:, 1].mean()


def test_several_clips_get_a_report_each(clips: Clips, encodes: list[Path]) -> None:
    reports = vmaf_dnn.score(clips.reference, encodes, tiny_model="vmaf_tiny_v4")
    assert [len(report.frames) for report in reports] == [N_FRAMES] * 3
    means = [report.mean for report in reports]
    assert means == sorted(means, reverse=True)
    assert vmaf_dnn.score(clips.reference, encodes[1], tiny_model="vmaf_tiny_v4").mean == means[1]
    assert vmaf_dnn.score(clips.reference, encodes[1:2], tiny_model="vmaf_tiny_v4")[0].mean == means[1]


def test_no_clip_is_refused(clips: Clips) -> None:
    with pytest.raises(
        InvalidArgument, match="distorted names no clip and holds no frame; give a path, several"
    ):
        vmaf_dnn.score(clips.reference, [])


def test_one_clip_of_several_that_is_shorter_is_named(
    tmp_path: Path, clips: Clips, encodes: list[Path], ffmpeg: FfmpegRunner
) -> None:
    short = tmp_path / "short.mkv"
    ffmpeg("-i", encodes[1], "-frames:v", 4, "-c:v", "ffv1", short)
    sentence = "differ in length: 10 frames in .*reference.y4m, 4 in .*short.mkv, as their headers tell"
    with pytest.raises(VideoError, match=sentence):
        native.extract(clips.reference, [encodes[0], short])
    tables = native.extract(clips.reference, [encodes[0], short], options=VideoOptions(shortest=True))
    assert [len(table.frame_numbers) for table in tables] == [4, 4]


def test_raw_files_need_no_ffmpeg(clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = native.extract(clips.reference, [clips.reference])[0].rows()
    monkeypatch.setenv("VMAF_DNN_FFMPEG", "/nowhere/ffmpeg")
    np.testing.assert_array_equal(native.extract(clips.reference, [clips.reference])[0].rows(), expected)


def test_odd_and_wide_samples_of_a_y4m(tmp_path: Path, libvmaf_log: LogReader) -> None:
    """Planes of 16-bit words that begin at odd bytes of the file."""
    pairs = [pair_of_kind("natural", 577, 131, 10, seed) for seed in range(3)]
    clips = [
        write_y4m(tmp_path / name, [pair[i] for pair in pairs], 10)
        for i, name in enumerate(("r.y4m", "d.y4m"))
    ]
    (table,) = native.extract(clips[0], clips[1:])
    extractor = FeatureExtractor(577, 131, 10)
    rows = [extractor.push(*pair) for pair in pairs] + [extractor.flush()]
    np.testing.assert_array_equal(
        table.rows(), np.concatenate([r for r in rows if r is not None]).astype(np.float32)
    )


def test_a_file_that_is_cut_while_it_is_read_fails(tmp_path: Path, clips: Clips) -> None:
    clip = tmp_path / "cut.y4m"
    clip.write_bytes(clips.reference.read_bytes())

    def cut(progress: Progress) -> None:
        if progress.n_frames_done == 3:
            with clip.open("r+b") as file:
                file.truncate(clip.stat().st_size // 2)

    with pytest.raises(
        VideoError, match=r"cut.y4m became shorter while it was read; read it when it is whole"
    ):
        native.extract(clips.reference, [clip], progress=cut)


def test_a_file_that_grows_while_it_is_read_fails(tmp_path: Path, clips: Clips) -> None:
    clip = tmp_path / "grown.y4m"
    clip.write_bytes(clips.reference.read_bytes())

    def grow(_: Progress) -> None:
        with clip.open("ab") as file:
            file.write(b"FRAME\n")

    with pytest.raises(
        VideoError, match=r"grown.y4m became longer while it was read; read it when it is whole"
    ):
        native.extract(clips.reference, [clip], progress=grow)


def test_gain_limits_rename_the_metrics_and_reach_the_models(clips: Clips) -> None:
    plain = vmaf_dnn.features(clips.reference, clips.distorted)
    limited = vmaf_dnn.features(
        clips.reference, clips.distorted, adm_enhn_gain_limit=1.0, vif_enhn_gain_limit=1.2, motion_rule="v3.1"
    )
    assert list(limited.metrics)[:3] == [
        "integer_motion2",
        "integer_adm2_egl_1",
        "integer_vif_scale0_egl_1.2",
    ]
    assert (limited.rows()[:, 0] < plain.rows()[:, 0]).all()
    assert 0 < np.abs(limited.rows() - plain.rows())[:, 5].max() < 0.01
    report = vmaf_dnn.score(clips.reference, clips.distorted, adm_enhn_gain_limit=1.0)
    assert report.mean < vmaf_dnn.score(clips.reference, clips.distorted).mean


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"adm_enhn_gain_limit": 0.5}, "adm_enhn_gain_limit must be a number from 1 to 100, got 0.5"),
        ({"vif_enhn_gain_limit": "1"}, "vif_enhn_gain_limit must be a number from 1 to 100, got '1'"),
        ({"vif_enhn_gain_limit": float("nan")}, "vif_enhn_gain_limit must be .*, got nan"),
        ({"motion_rule": "v2"}, "motion_rule must be one of v3.1, v3.2, got 'v2'"),
        ({"extractor": "best"}, "extractor must be one of native, libvmaf, got best"),
        (
            {"extractor": "libvmaf", "motion_rule": "v3.1"},
            "are options of the native extractor; leave them out",
        ),
    ],
)
def test_refuses_options(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        VideoOptions(**given)  # type: ignore[arg-type]


def test_a_models_file_scores_natively_as_libvmaf_does(clips: Clips, tmp_path: Path) -> None:
    limits = [{"adm_enhn_gain_limit": 1.0}, {}, *({"vif_enhn_gain_limit": x} for x in (1.0, 1.0, 1.5, 100.0))]
    svr = train_svr()
    plain = svr.write(tmp_path / "plain.json")
    neg = svr.write(tmp_path / "neg.json", feature_opts_dicts=limits)
    models: list[str | Path] = [plain, f"path={neg}:name=neg"]
    ours = vmaf_dnn.score(clips.reference, clips.distorted, svm_model=models)
    theirs = vmaf_dnn.score(clips.reference, clips.distorted, svm_model=models, extractor="libvmaf")
    assert list(ours.scores) == list(theirs.scores) == ["vmaf_tiny_v2", "vmaf", "neg"]
    assert (ours.metrics["neg"] != ours.metrics["vmaf"]).all()
    for name in ("vmaf", "neg", "integer_adm2_egl_1"):
        np.testing.assert_array_equal(ours.metrics[name].round(6), theirs.metrics[name])
    without = vmaf_dnn.score(clips.reference, clips.distorted, svm_model=models, prediction=False)
    assert list(without.scores) == ["vmaf_tiny_v2"]


@pytest.mark.parametrize(
    ("models", "sentence"),
    [
        (5, "svm_model must be a model of libvmaf or several, got 5"),
        (["version=a", "version=b"], "2 models are called vmaf; name one of them with :name=NAME"),
        ("nonsense", "the model 'nonsense' can't be read"),
        (["auto", "auto"], "the model auto is asked for 2 times; ask for it once"),
    ],
)
def test_refuses_models_of_libvmaf(models: object, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        vmaf_dnn.score("missing.y4m", "missing.y4m", svm_model=models)  # type: ignore[call-overload]


def test_a_model_called_as_a_feature_is_refused(clips: Clips, tmp_path: Path) -> None:
    model = train_svr().write(tmp_path / "svr.json")
    for named in (f"path={model}", "version=vmaf_v0.6.1"):
        with pytest.raises(InvalidArgument, match="a model can't be called integer_adm2, as features are"):
            vmaf_dnn.score(clips.reference, clips.distorted, svm_model=f"{named}:name=integer_adm2")


@pytest.mark.parametrize("name", ["cambi_hrs_1080", "speed_chroma_uv", "Frame", "frameNum"])
def test_a_model_called_as_another_column_is_refused(name: str) -> None:
    with pytest.raises(InvalidArgument, match=f"a model can't be called {name}, as "):
        vmaf_dnn.score("a.y4m", "b.y4m", svm_model=f"version=vmaf_v1.0.16_3d0h:name={name}")


def test_a_model_with_other_features_leaves_those_of_the_fusion_models(clips: Clips) -> None:
    report = vmaf_dnn.score(clips.reference, clips.distorted, svm_model="version=vmaf_v0.6.1neg:name=neg")
    plain = vmaf_dnn.score(clips.reference, clips.distorted, extractor="libvmaf")
    assert list(report.scores) == ["vmaf_tiny_v2", "neg"]
    assert report.mean == pytest.approx(plain.mean, abs=2e-4)  # of doubles, of six decimals


def test_skipped_frames_count_for_motion_only() -> None:
    pairs = [pair_of_kind("natural", 64, 48, 8, seed) for seed in range(5)]
    whole, thinned = (FeatureExtractor(64, 48) for _ in range(2))
    every = [row for pair in pairs if (row := whole.push(*pair)) is not None] + [whole.flush()]
    some = [thinned.skip(pair[0]) if i in (1, 2) else thinned.push(*pair) for i, pair in enumerate(pairs)]
    some.append(thinned.flush())
    assert [row is None for row in some] == [True, False, True, True, False, False]
    kept = [row for row in some if row is not None]
    np.testing.assert_array_equal(np.concatenate(kept), np.concatenate([every[i] for i in (0, 3, 4)]))


def test_a_flush_begins_another_clip() -> None:
    extractor = FeatureExtractor(64, 48, n_distorted=2)
    reference, distorted = pair_of_kind("natural", 64, 48, 8, 0)
    other, _ = pair_of_kind("natural", 64, 48, 8, 1)
    assert extractor.flush() is None
    for _ in range(2):
        assert extractor.skip(other) is None
        assert extractor.push(reference, distorted, reference) is None
        rows = extractor.flush()
        assert rows is not None
        assert rows.shape == (2, len(CANONICAL_6))
        assert rows[0, 5] == rows[1, 5] > 0
        assert extractor.push(reference, distorted, reference) is None
        rows = extractor.flush()
        assert rows is not None
        assert rows[0, 5] == 0


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"width": 64.0}, "width must be a whole number, got 64.0"),
        ({"width": 32}, "frames are 32x48; each side must be 33 to 32768 samples"),
        ({"bit_depth": 17}, "bit depth is 17; it must be 8 to 16"),
        ({"n_distorted": 0}, "n_distorted must be 1 or more, got 0"),
        ({"threads": 0}, "threads must be 1 or more, got 0"),
        ({"motion_rule": "v3"}, "motion_rule must be one of v3.1, v3.2, got 'v3'"),
    ],
)
def test_refuses_extractors(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        FeatureExtractor(**{"width": 64, "height": 48, **given})  # type: ignore[arg-type]


def test_metrics_are_called_as_libvmaf_calls_them() -> None:
    options = FeatureOptions(adm_enhn_gain_limit=1, vif_enhn_gain_limit=1.1)
    names = [options.metric(name) for name in ("adm2", "vif_scale3", "motion2")]
    assert names == ["integer_adm2_egl_1", "integer_vif_scale3_egl_1.1", "integer_motion2"]
    assert FeatureOptions().metric("adm2") == "integer_adm2"
