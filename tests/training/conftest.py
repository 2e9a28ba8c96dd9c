# SPDX-License-Identifier: BSD-3-Clause
"""A small table, a model trained on it in a second, and clips, shared by the tests of the training half."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pyarrow as pa
import pytest

from tests.support.clips import MakeClip
from tests.support.small_models import QUICK, make_table
from vmaf_dnn.video.ffmpeg.program import ffmpeg_path
from vmaf_train.data.table import write_table
from vmaf_train.fit.net import Checkpoint, save_checkpoint
from vmaf_train.fit.train import train
from vmaf_train.onnx_files.export import export
from vmaf_train.publish.sidecar import ModelFiles, write_sidecar


@pytest.fixture(scope="session")
def table() -> pa.Table:
    return make_table()


@pytest.fixture(scope="session")
def table_file(table: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "corpus.parquet"
    write_table(path, table)
    return path


@pytest.fixture(scope="session")
def checkpoint(table: pa.Table) -> Checkpoint:
    return train("mlp_large", table, QUICK)


@pytest.fixture
def checkpoint_file(checkpoint: Checkpoint, tmp_path: Path) -> Path:
    save_checkpoint(tmp_path / "model.ckpt", checkpoint)
    return tmp_path / "model.ckpt"


@pytest.fixture
def exported(checkpoint: Checkpoint, tmp_path: Path) -> ModelFiles:
    """A fresh fp32 export with its sidecar, in a folder of its own."""
    folder = tmp_path / "models"
    folder.mkdir()
    files = ModelFiles(folder / "my_model.onnx")
    export(checkpoint, files.onnx)
    write_sidecar(files, checkpoint, {"description": "A model of the tests."}, provenance={})
    return files


@pytest.fixture(scope="session")
def make_clip() -> MakeClip:
    """Writes a clip of ffmpeg's own moving test picture."""
    ffmpeg = ffmpeg_path()

    def make(path: Path, size: str = "96x64", n_frames: int = 4) -> Path:
        source = f"testsrc2=size={size}:rate=25,noise=alls=10:allf=t:all_seed=3"
        words = [
            "-f",
            "lavfi",
            "-i",
            source,
            "-frames:v",
            str(n_frames),
            "-pix_fmt",
            "yuv420p",
            "-c:v",
            "ffv1",
        ]
        subprocess.run([ffmpeg, "-v", "error", "-nostdin", "-y", *words, str(path)], check=True)
        return path

    return make
