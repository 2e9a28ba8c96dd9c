# SPDX-License-Identifier: BSD-3-Clause
"""Opening a session: what it takes, what it refuses, and what it says of itself."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support import make_models
from tests.support.make_models import write
from vmaf_dnn import InvalidArgument, ModelNotFound, Session, Unsupported
from vmaf_dnn.cli.flags.opening import DEVICES


def test_opens_exactly_the_named_file(tmp_path: Path) -> None:
    """Content stores keep files without endings and link to them."""
    blob = write(tmp_path, make_models.mean_of_six(), "blob")
    write(tmp_path, make_models.add_and_subtract(), "blob.onnx")
    link = tmp_path / "model.onnx"
    link.symlink_to(blob)
    sidecar = tmp_path / "store.json"
    sidecar.write_text('{"id": "linked", "kind": "fr"}')
    (tmp_path / "model.json").symlink_to(sidecar)
    assert Session(blob).info.path == str(blob)
    assert Session(link).info.path == str(blob)
    assert Session(link).info.id == "linked"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"model": 5}, "model must be a path, got 5"),
        ({"threads": 1.5}, "threads must be a whole number, got 1.5"),
        ({"threads": True}, "threads must be a whole number, got True"),
        ({"threads": -1}, "threads must be 0 or more, got -1"),
        ({"threads": 100_000, "engine": "onnxruntime"}, "threads must be 1024 or less, got 100000"),
        ({"precision": 8}, "precision must be a word, got 8"),
        ({"device": None}, "device must be a word, got None"),
        ({"registry": 5}, "registry must be a path, got 5"),
        ({"strict_device": "no"}, "strict_device must be True or False, got 'no'"),
        ({"fp16_io": 1}, "fp16_io must be True or False, got 1"),
    ],
)
def test_refuses_arguments_of_the_wrong_type(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        Session(**{"model": "vmaf_tiny_v2", **given})


def test_a_session_that_failed_to_open_can_be_shown() -> None:
    """A debugger shows `self` of each frame of a traceback."""
    session = Session.__new__(Session)
    with pytest.raises(ModelNotFound):
        session.__init__("vmaf_tiny_v9")  # type: ignore[misc]
    assert repr(session) == "<vmaf_dnn.Session, not open>"
    with pytest.raises(TypeError, match="never opened"):
        session.info  # noqa: B018


def test_refuses_nul_in_names() -> None:
    with pytest.raises(InvalidArgument, match="has a NUL character"):
        Session("vmaf_tiny_v2\0.onnx")


def test_info_says_what_ran_and_why() -> None:
    info = Session("vmaf_tiny_v4").info
    assert (info.id, info.kind, info.opset, info.precision) == ("vmaf_tiny_v4", "fr", 17, "int8")
    assert info.path.endswith("vmaf_tiny_v4.int8.onnx")
    assert info.sha256 == make_models.sha256(Path(info.path).read_bytes())
    assert info.size_bytes == Path(info.path).stat().st_size
    assert info.redirect == "auto: registry.json says quant_mode=qat"
    assert (info.engine, info.engine_reason) == ("fused", "auto: the graph is a multilayer perceptron")
    assert (info.device_requested, info.device_attached) == ("auto", "CPU")
    assert (info.inputs, info.outputs) == (("features: float32 [N, 6]",), ("vmaf: float32 [N]",))
    assert info.output_range == (0.0, 100.0)
    assert (info.runtime_version, info.runtime_library) == ("", "")
    assert {field.name for field in dataclasses.fields(info)} == set(vars(info))


def test_devices_are_reported_honestly() -> None:
    assert Session("vmaf_tiny_v2", device="auto").info.device_reason.startswith("auto: ")
    with pytest.warns(
        RuntimeWarning, match="cuda was asked for, but ONNX Runtime .* has no CUDAExecutionProvider"
    ):
        info = Session("vmaf_tiny_v2", device="cuda").info
    assert (info.device_requested, info.device_attached) == ("cuda", "CPU")
    assert re.fullmatch(
        r"cuda was asked for, but ONNX Runtime [\d.]+ has no CUDAExecutionProvider "
        r"\(it has (\w+, )*CPUExecutionProvider\)",
        info.device_reason,
    )
    assert info.engine == "fused"
    with pytest.raises(Unsupported, match="strict_device: cuda was asked for"):
        Session("vmaf_tiny_v2", device="cuda", strict_device=True)


@pytest.mark.filterwarnings("ignore:.* was asked for:RuntimeWarning")
@pytest.mark.parametrize("word", DEVICES)
def test_takes_each_device_word_of_the_command_line(word: str) -> None:
    assert Session("vmaf_tiny_v2", device=word).info.device_requested == word


def test_the_command_lines_device_words_are_the_cores() -> None:
    with pytest.raises(InvalidArgument, match=rf"is not known; use one of {', '.join(DEVICES)}\."):
        Session("vmaf_tiny_v2", device="tpu")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"precision": "int4"}, 'The precision "int4" is not known; use auto, fp32 or int8'),
        ({"engine": "magic"}, 'The engine "magic" is not known; use one of auto, fused, onnxruntime'),
        ({"device": "tpu"}, 'The device "tpu" is not known; use one of auto, cpu, cuda'),
    ],
)
def test_refuses_unknown_words(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        Session("vmaf_tiny_v2", **options)  # type: ignore[arg-type]


def test_unknown_id_lists_ids_and_the_nearest() -> None:
    with pytest.raises(
        ModelNotFound, match=r'which has: vmaf_tiny_v2, .*_hfr\. Did you mean "vmaf_tiny_v3"\?'
    ):
        Session("vmaf_tinny_v3")
    with pytest.raises(FileNotFoundError):
        Session("vmaf_tinny_v3")


def test_repr_names_model_precision_and_engine() -> None:
    assert repr(Session("vmaf_tiny_v3")) == "<vmaf_dnn.Session vmaf_tiny_v3 int8 on fused>"


def test_session_that_was_never_opened_says_so() -> None:
    session = Session.__new__(Session)
    with pytest.raises(TypeError, match="This Session was never opened"):
        session._info()
