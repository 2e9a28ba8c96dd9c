# SPDX-License-Identifier: BSD-3-Clause
"""Tables of others: columns, a target and a range of their own, from training to a registry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vmaf_dnn import Session
from vmaf_dnn.errors import InvalidArgument
from vmaf_train.cli import main
from vmaf_train.data.feature_set import FeatureSet
from vmaf_train.data.table import column, features_of, read_table, read_tables, task_of, truth_of, write_table
from vmaf_train.data.task import Asked, Task
from vmaf_train.fit.net import load_checkpoint

MOS = Asked(FeatureSet(("psnr", "ssim", "blockiness")), "mos", (1.0, 5.0))


@pytest.fixture
def opinions(tmp_path: Path) -> Path:
    """Mean opinion scores of 1 to 5 over three features, and the sources of the clips."""
    random = np.random.default_rng(0)
    psnr, ssim, blockiness = (
        random.uniform(20, 50, 600),
        random.uniform(0.6, 1, 600),
        random.normal(0, 1, 600),
    )
    mos = 1 + 0.1 * (psnr - 20) + 3 * (ssim - 0.6) - 0.2 * blockiness
    sources = np.repeat(["a", "b", "c"], 200)
    columns = {"source": sources, "psnr": psnr, "ssim": ssim, "blockiness": blockiness, "mos": mos}
    pq.write_table(pa.table(columns), tmp_path / "mos.parquet")
    (tmp_path / "held_out.json").write_text('{"sources": ["c"]}')
    return tmp_path / "mos.parquet"


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


def test_what_a_table_of_others_lacks_is_filled_in(opinions: Path) -> None:
    table = read_table(opinions, asked=MOS)
    assert task_of(table) == Task(MOS.features or FeatureSet(("",)), "mos", (1.0, 5.0))
    assert features_of(table).shape == (600, 3)
    assert set(column(table, "codec")) == {"unknown"}
    assert column(table, "frame").tolist() == list(range(600))
    truth = truth_of(table)
    assert truth.max() == 5.0 < column(table, "mos").max()


def test_a_table_keeps_its_task_when_it_is_written(opinions: Path, tmp_path: Path) -> None:
    table = read_table(opinions, asked=MOS)
    write_table(tmp_path / "mine.parquet", table, {"note": "kept"})
    assert read_table(tmp_path / "mine.parquet").equals(table)
    assert task_of(read_table(tmp_path / "mine.parquet")) == task_of(table)
    narrower = read_table(tmp_path / "mine.parquet", asked=Asked(FeatureSet(("psnr",))))
    assert task_of(narrower).features.names == ("psnr",)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            Asked(FeatureSet(("vif",)), "mos"),
            "lacks the column 'vif'; it has source, psnr, .*, and --features",
        ),
        (Asked(FeatureSet(("psnr",)), "dmos"), "lacks the column 'dmos'; it has source, psnr"),
        (Asked(FeatureSet(("psnr", "mos")), "mos"), "'mos' is both a feature and the target; leave one"),
        (Asked(FeatureSet(("psnr",)), "mos", (5.0, 1.0)), "The range 5:1 is empty; give it as LOW:HIGH"),
    ],
)
def test_what_can_not_be_learnt_is_named(opinions: Path, asked: Asked, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        read_table(opinions, asked=asked)


def test_tables_of_two_tasks_are_not_mixed(opinions: Path, table_file: Path) -> None:
    write_table(opinions, read_table(opinions, asked=MOS))
    with pytest.raises(InvalidArgument, match=r"mos\.parquet is of another task than .*corpus\.parquet"):
        read_tables([table_file, opinions])


def test_a_task_that_can_not_be_read_is_refused(table: pa.Table, tmp_path: Path) -> None:
    pq.write_table(table.replace_schema_metadata({"task": "{}"}), tmp_path / "t.parquet")
    with pytest.raises(InvalidArgument, match=r"states a task that can't be read: .*; write the table again"):
        read_table(tmp_path / "t.parquet")


def test_a_folder_of_ones_own_is_published_without_typing_a_sidecar(
    opinions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(opinions), "--held-out", str(tmp_path / "held_out.json")]
    what = ["--features", "psnr,ssim,blockiness", "--target", "mos", "--range", "1:5"]
    ckpt, onnx = tmp_path / "mine.ckpt", tmp_path / "models" / "mine.onnx"
    net = ["--arch", "mlp_small", "--epochs", "30", "--polish", "100"]
    assert main(["train", *net, *data, *what, "--out", str(ckpt)]) == 0
    assert load_checkpoint(ckpt).task.target == "mos"
    assert main(["export", "--ckpt", str(ckpt), "--out", str(onnx)]) == 0
    assert main(["ptq", "--onnx", str(onnx), *data]) == 0
    assert main(["validate", "--onnx", str(onnx), *data, "--max-rmse", "0.1", "--record"]) == 0
    assert main(["quant-gate", "--model", str(onnx), *data, "--max-abs", "0.5"]) == 0
    terms = ["--license", "CC-BY-4.0", "--sigstore-identity", "me@example.org"]
    terms += ["--sigstore-issuer", "https://accounts.example.org"]
    folder = ["registry", "--folder", str(onnx.parent)]
    assert main([*folder, *terms]) == 0
    sidecar, (entry,) = read(onnx.with_suffix(".json")), read(onnx.with_name("registry.json"))["models"]
    assert (sidecar["features"], sidecar["output_range"]) == (["psnr", "ssim", "blockiness"], [1.0, 5.0])
    assert sidecar["quality"]["against"] == "mos"
    assert entry["license"] == "CC-BY-4.0"
    assert (entry["sigstore_identity"], entry["sigstore_issuer"]) == tuple(terms[3::2])
    assert read(onnx.with_suffix(".training.json"))["target"] == "mos"
    session = Session("mine", registry=onnx.with_name("registry.json"))
    assert session.run(np.array([[40, 0.9, 0.1]], np.float32)) == pytest.approx([3.88], abs=0.1)
    assert main([*folder, "--update", "mine"]) == 0  # licence and signer stay
    assert read(onnx.with_name("registry.json"))["models"] == [entry]
    capsys.readouterr()
    assert main([*folder, "--check", "--license", "MIT"]) == 2
    assert "--license is written, and --check writes nothing; leave one out." in capsys.readouterr().err
    assert main([*folder, "--update", "mine", "--sigstore-identity", "me@example.org"]) == 1
    assert "A signer is an identity and the issuer that vouches for it" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--range", "5:1"], ["--range", "1"], ["--features", "a,a"]])
def test_wrong_words_are_usage(words: list[str], opinions: Path, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "m.ckpt")]
    with pytest.raises(SystemExit) as stop:
        main(["train", "--arch", "mlp_small", "--data", str(opinions), *words, *out])
    assert stop.value.code == 2
