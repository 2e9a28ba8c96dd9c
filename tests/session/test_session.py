# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import dataclasses
import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

import vmaf_dnn
from tests.support import make_filters, make_models
from vmaf_dnn import InvalidArgument, ModelInfo, ModelNotFound, RuntimeFailure, Session, Unsupported
from vmaf_dnn._arguments import DEVICES

IDS = ["vmaf_tiny_v2", "vmaf_tiny_v3", "vmaf_tiny_v4"]
PRECISIONS = ["fp32", "int8"]
ENGINES = ["fused", "onnxruntime"]

# Real rows: the clip means of published golden values (canonical-6 order), with libvmaf's own scores.
ROWS = [
    (0.9345149030, 0.3636620711, 0.7674952820, 0.8631077727, 0.9157200891, 3.8943597292),
    (0.9517763333, 0.4330893333, 0.8306130000, 0.9072123333, 0.9458960000, 2.8095493333),
    (0.9807496976, 0.6895391472, 0.9576202275, 0.9769693063, 0.9829181244, 1.3577417292),
]
VMAF = [76.6, 82.6, 92.5]

KINDS = [(model, precision, engine) for model in IDS for precision in PRECISIONS for engine in ENGINES]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: "-".join(kind))
def session(request: pytest.FixtureRequest) -> Session:
    model, precision, engine = request.param
    return Session(model, precision=precision, engine=engine)


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    generator = np.random.default_rng(0)
    centre = np.array([0.93, 0.5, 0.75, 0.84, 0.89, 6.4], np.float32)
    return (centre * generator.uniform(0.7, 1.1, (5000, 6))).astype(np.float32)


def write(folder: Path, data: bytes, name: str = "model.onnx") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def single_thread_peer(path: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options)


def test_scores_are_near_libvmafs(session: Session) -> None:
    assert session.run(ROWS) == pytest.approx(VMAF, abs=0.6)


def test_fp32_equals_onnxruntime(rows: np.ndarray) -> None:
    for model in IDS:
        session = Session(model, precision="fp32")
        peer = single_thread_peer(session.info.path).run(None, {"features": rows})[0]
        np.testing.assert_allclose(session.run(rows), peer, rtol=1e-6, atol=1e-4)


def test_int8_equals_onnxruntime_row_by_row(rows: np.ndarray) -> None:
    for model in IDS:
        session = Session(model, precision="int8")
        peer = single_thread_peer(session.info.path)
        one_by_one = [peer.run(None, {"features": row[None]})[0][0] for row in rows[:200]]
        np.testing.assert_array_equal(session.run(rows[:200]), one_by_one)


def test_batch_equals_its_rows_one_by_one(session: Session, rows: np.ndarray) -> None:
    one_by_one = np.concatenate([session.run(row[None]) for row in rows[:500]])
    np.testing.assert_array_equal(session.run(rows)[:500], one_by_one)


def test_permutation_permutes_scores(session: Session, rows: np.ndarray) -> None:
    order = np.random.default_rng(1).permutation(len(rows))
    np.testing.assert_array_equal(session.run(rows[order]), session.run(rows)[order])


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_split_gives_equal_bits(session: Session, rows: np.ndarray, data: st.DataObject) -> None:
    n_rows = data.draw(st.integers(1, 4200))
    cuts = sorted(data.draw(st.lists(st.integers(0, n_rows), max_size=5)))
    parts = [session.run(part) for part in np.split(rows[:n_rows], cuts)]
    np.testing.assert_array_equal(np.concatenate(parts), session.run(rows[:n_rows]))


@pytest.mark.parametrize("dtype", ["float64", "float32", ">f4", "float16"])
def test_converts_dtype_and_layout(session: Session, rows: np.ndarray, dtype: str) -> None:
    given_rows = np.asfortranarray(rows[:64].astype(dtype))
    np.testing.assert_array_equal(session.run(given_rows), session.run(given_rows.astype(np.float32)))


def test_takes_integers_lists_and_strided_views(session: Session, rows: np.ndarray) -> None:
    integers = np.arange(12).reshape(2, 6)
    np.testing.assert_array_equal(session.run(integers), session.run(integers.astype(np.float32).tolist()))
    np.testing.assert_array_equal(session.run(rows[::7]), session.run(rows)[::7])


def test_writes_into_out(session: Session, rows: np.ndarray) -> None:
    out = np.full(len(rows), np.nan, np.float32)
    assert session.run(rows, out=out) is out
    np.testing.assert_array_equal(out, session.run(rows))


def test_no_rows_give_no_scores(session: Session) -> None:
    scores = session.run(np.empty((0, 6), np.float32))
    assert scores.shape == (0,)
    assert scores.dtype == np.float32


def test_nan_stays_in_its_row() -> None:
    session = Session("vmaf_tiny_v4", precision="fp32")
    batch = np.ones((3, 6), np.float32)
    batch[1, 2] = np.nan
    assert session.run(batch)[0] == session.run(batch[:1])[0] == session.run(batch)[2]


@pytest.mark.parametrize(
    ("features", "sentence"),
    [
        (
            np.ones(6),
            r"features has shape \(6,\); the model takes rows of shape \(N, 6\), so one row is \(1, 6\)",
        ),
        (np.ones((2, 5)), r"features has shape \(2, 5\); the model takes 6 features per row"),
        (np.ones((1, 2, 6)), r"features has shape \(1, 2, 6\)"),
        (np.ones((2, 6), complex), "features has dtype complex128; give float32"),
        (np.ones((2, 6), bool), "features has dtype bool"),
        ("text", "features has dtype <U4"),
        ([[1, 2], [3]], "features can't be read as an array"),
        (None, "features has dtype object"),
    ],
)
def test_refuses_features(features: object, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        Session("vmaf_tiny_v2").run(features)  # type: ignore[arg-type]


def read_only(n: int) -> np.ndarray:
    array = np.empty(n, np.float32)
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    ("out", "sentence"),
    [
        (
            np.empty(8, np.float32)[::2],
            r"out is strided; give a writable, C-contiguous float32 array of shape \(4,\)",
        ),
        (read_only(4), "out is read-only"),
        (np.empty(4), "out has dtype float64"),
        (np.empty(5, np.float32), r"out has shape \(5,\)"),
        (np.empty((4, 1), np.float32), r"out has shape \(4, 1\)"),
        ([0.0] * 4, "out is a list"),
    ],
)
def test_refuses_out(out: object, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        Session("vmaf_tiny_v2").run(np.ones((4, 6)), out=out)  # type: ignore[call-overload]


def test_dict_in_gives_dict_out(session: Session, rows: np.ndarray) -> None:
    named = session.run({"features": rows})
    assert list(named) == ["vmaf"]
    np.testing.assert_array_equal(named["vmaf"], session.run(rows))


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({"rows": np.ones((2, 6))}, r'has no input "rows"; it takes features: float32 \[N, 6\]'),
        ({}, r"The input features: float32 \[N, 6\] was given 0 times"),
        ({"features": np.ones((2, 5))}, r'The input "features" has shape \[2, 5\]; the model takes'),
        ({"features": np.ones(6)}, r'The input "features" has shape \[6\]'),
        ({"features": "text"}, 'The input "features" has dtype'),
    ],
)
def test_refuses_named_inputs(inputs: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        Session("vmaf_tiny_v2").run(inputs)  # type: ignore[arg-type]


def test_runs_a_model_with_several_tensors(tmp_path: Path) -> None:
    session = Session(write(tmp_path, make_models.add_and_subtract()))
    a, b = np.arange(6.0).reshape(2, 3), np.ones((2, 3))
    outputs = session.run({"b": b, "a": a})
    np.testing.assert_array_equal(outputs["sum"], a + b)
    np.testing.assert_array_equal(outputs["difference"], a - b)
    with pytest.raises(InvalidArgument, match="has 2 inputs and 2 outputs; give a dict"):
        session.run(a)
    with pytest.raises(InvalidArgument, match="out= works with feature rows only"):
        session.run(a, out=np.empty(2, np.float32))


def test_runs_a_single_input_model_that_is_not_a_feature_model(tmp_path: Path) -> None:
    session = Session(write(tmp_path, make_models.one_node("Relu")))
    assert session.info.features == ()
    np.testing.assert_array_equal(session.run(-np.ones((2, 6))), np.zeros((2, 6)))


def test_refuses_tensors_that_are_not_float32(tmp_path: Path) -> None:
    session = Session(write(tmp_path, make_models.one_node("Neg", element_type=TensorProto.INT64)))
    with pytest.raises(Unsupported, match=r"The input x: int64 \[N, 6\] is not float32"):
        session.run({"x": np.ones((1, 6))})


def test_feeds_float16_when_asked_to(tmp_path: Path) -> None:
    path = write(tmp_path, make_models.one_node("Neg", element_type=TensorProto.FLOAT16))
    values = np.linspace(-3, 70000, 6, dtype=np.float32)[None]
    with np.errstate(over="ignore"):
        expected = -values.astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(Session(path, fp16_io=True).run({"x": values})["y"], expected)
    with pytest.raises(Unsupported, match="open the session with fp16_io to have float32 rounded to it"):
        Session(path).run({"x": values})


def test_scores_rows_in_float16_when_asked_to(tmp_path: Path, rows: np.ndarray) -> None:
    path = write(tmp_path, make_filters.typed_mean(TensorProto.FLOAT16))
    session = Session(path, fp16_io=True)
    assert session.info.engine_reason == "auto: its rows or scores are not float32"
    expected = rows[:50].astype(np.float16).astype(np.float32).mean(axis=1)
    np.testing.assert_allclose(session.run(rows[:50]), expected, rtol=2**-10)
    assert (session.run(rows[:50]) == session.run(rows[:50]).astype(np.float16)).all()
    with pytest.raises(Unsupported, match="open the session with fp16_io to have float32 rounded to it"):
        Session(path).run(rows)


def test_refuses_another_number_of_scores_than_rows(tmp_path: Path, rows: np.ndarray) -> None:
    session = Session(write(tmp_path, make_filters.typed_mean(TensorProto.DOUBLE, axis=0)))
    with pytest.raises(
        Unsupported, match=r"gives \[6\] scores for 1 rows; use a model that gives one for each"
    ):
        session.run(rows)


def test_scores_rows_in_float64(tmp_path: Path, rows: np.ndarray) -> None:
    session = Session(write(tmp_path, make_filters.typed_mean(TensorProto.DOUBLE)))
    expected = rows.astype(np.float64).mean(axis=1).astype(np.float32)
    np.testing.assert_array_equal(session.run(rows), expected)


def test_model_without_sidecar_takes_the_canonical_features(tmp_path: Path) -> None:
    session = Session(write(tmp_path, make_models.mean_of_six()))
    assert session.info.features == (
        "adm2",
        "vif_scale0",
        "vif_scale1",
        "vif_scale2",
        "vif_scale3",
        "motion2",
    )
    np.testing.assert_allclose(session.run(np.full((3, 6), 2.0)), 3.0)


def test_bytes_that_onnxruntime_refuses_say_its_words(tmp_path: Path) -> None:
    broken = make_models.model_bytes([], {"x": ["N", 6]}, {"y": ["N", 6]})
    with pytest.raises(
        RuntimeFailure, match=r"Could not load the model .*model\.onnx: ONNX Runtime .* says: .*y"
    ):
        Session(write(tmp_path, broken))


def test_refuses_out_that_overlaps_features() -> None:
    memory = np.zeros(60, np.float32)
    with pytest.raises(InvalidArgument, match="out shares memory with features"):
        Session("vmaf_tiny_v2").run(memory.reshape(10, 6), out=memory[50:])


def test_rows_stay_apart_in_any_model(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("ReduceMax", ["features"], ["highest"], axes=[0], keepdims=1),
        helper.make_node("Sub", ["features", "highest"], ["below"]),
        helper.make_node("ReduceSum", ["below", "axis"], ["vmaf"], keepdims=0),
    ]
    data = make_models.model_bytes(nodes, {"features": ["N", 6]}, {"vmaf": ["N"]}, {"axis": np.array([1])})
    session = Session(write(tmp_path, data))
    np.testing.assert_array_equal(session.run(np.arange(12.0).reshape(2, 6)), [0.0, 0.0])


def test_interrupt_while_features_are_read_passes_through() -> None:
    class Interrupting:
        def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Session("vmaf_tiny_v2").run(Interrupting())  # type: ignore[call-overload]


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


def test_process_ends_well_while_threads_score() -> None:
    code = (
        "import threading, numpy as np, vmaf_dnn\n"
        "session, rows = vmaf_dnn.Session('vmaf_tiny_v4'), np.ones((20000, 6), np.float32)\n"
        "def work():\n    while True: session.run(rows)\n"
        "for _ in range(3): threading.Thread(target=work, daemon=True).start()\n"
        "import time; time.sleep(0.3)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert (result.returncode, result.stderr) == (0, b"")


def test_many_threads_one_session(session: Session, rows: np.ndarray) -> None:
    expected = session.run(rows[:512])
    with ThreadPoolExecutor(8) as pool:
        for scores in pool.map(lambda _: session.run(rows[:512]), range(64)):
            np.testing.assert_array_equal(scores, expected)


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def test_memory_is_flat_over_opens_and_runs(rows: np.ndarray) -> None:
    def open_and_run(times: int) -> None:
        for _ in range(times):
            Session("vmaf_tiny_v4", precision="fp32").run(rows[:64])

    open_and_run(300)
    before = resident_mib()
    open_and_run(1500)
    assert resident_mib() - before < 4


def test_a_large_picture_leaves_no_memory_behind(tmp_path: Path) -> None:
    session = Session(write(tmp_path, make_filters.blur()))
    session.run({"x": np.zeros((1, 1, 64, 64), np.float32)})
    before = resident_mib()
    session.run({"x": np.zeros((1, 1, 4096, 4096), np.float32)})
    assert resident_mib() - before < 8


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


def test_id_and_path_give_equal_bits(rows: np.ndarray) -> None:
    model: ModelInfo = vmaf_dnn.models()[2]
    by_id, by_path = Session(model.id), Session(model.path)
    assert by_id.info == by_path.info
    np.testing.assert_array_equal(by_id.run(rows), by_path.run(rows))


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
    with pytest.raises(ModelNotFound, match=r'which has: vmaf_tiny_v2, .*v4\. Did you mean "vmaf_tiny_v3"\?'):
        Session("vmaf_tinny_v3")
    with pytest.raises(FileNotFoundError):
        Session("vmaf_tinny_v3")


def test_repr_names_model_precision_and_engine() -> None:
    assert repr(Session("vmaf_tiny_v3")) == "<vmaf_dnn.Session vmaf_tiny_v3 int8 on fused>"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda s: s.run(), "needs features, an array of rows or a dict of arrays"),
        (lambda s: s.run(np.ones((1, 6)), np.empty(1, np.float32)), "give the array for the scores as out="),
        (
            lambda s: s.run(np.ones((1, 6)), scores=None),
            "has no argument 'scores'; it takes features and out",
        ),
        (lambda s: s.run(np.ones((1, 6)), features=np.ones((1, 6))), "has no argument 'features'"),
        (lambda s: Session.__new__(Session).run(np.ones((1, 6))), "this Session was never opened"),
    ],
)
def test_refuses_calls_that_do_not_fit(call: Callable[[Session], object], sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        call(Session("vmaf_tiny_v2"))


def test_run_can_be_asked_for_help() -> None:
    assert list(inspect.signature(Session.run).parameters) == ["self", "features", "out"]
    assert "(N, F) rows of raw features" in (inspect.getdoc(Session.run) or "")


def test_results_are_freed(rows: np.ndarray) -> None:
    session = Session("vmaf_tiny_v2")
    big = np.tile(rows, (200, 1))
    session.run(big)
    before = resident_mib()
    for _ in range(50):
        session.run(big)
        session.run(rows[:1])
    assert resident_mib() - before < 8


def test_session_that_was_never_opened_says_so() -> None:
    session = Session.__new__(Session)
    with pytest.raises(TypeError, match="this Session was never opened"):
        session._info()
