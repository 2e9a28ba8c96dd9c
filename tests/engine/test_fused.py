# SPDX-License-Identifier: BSD-3-Clause
"""The fused engine against ONNX Runtime, and against itself on every instruction set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import helper
from onnxruntime.quantization import QuantType

from tests.support import make_mlps, make_models
from tests.support.make_mlps import make_rows, random_mlp
from tools import make_score_bits
from vmaf_dnn import InvalidArgument, Session, Unsupported

ISAS = ["scalar", "avx2", "avx512", "avx512vnni"]
SHIPPED = [
    (model, precision)
    for model in ("vmaf_tiny_v2", "vmaf_tiny_v3", "vmaf_tiny_v4")
    for precision in ("fp32", "int8")
]
SHAPES = [(), (1,), (3,), (8,), (16, 8), (17, 9), (64, 32, 16), (256,), (5, 33, 2, 65)]
OpenOn = Callable[..., Session]


@pytest.fixture
def open_on(monkeypatch: pytest.MonkeyPatch) -> OpenOn:
    """Opens a model with the kernels of one instruction set; skips where the CPU lacks it."""

    def open_on(isa: str, model: str | Path, **options: object) -> Session:
        monkeypatch.setenv("VMAF_DNN_ISA", isa)
        try:
            return Session(model, engine="fused", **options)  # type: ignore[arg-type]
        except Unsupported as error:
            if "this CPU lacks" not in str(error):
                raise
            pytest.skip(f"this CPU has no {isa}")

    return open_on


def write(folder: Path, data: bytes, name: str = "model.onnx") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def run_peer(
    path: Path | str, rows: np.ndarray, *, row_by_row: bool = False, as_written: bool = False
) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    if as_written:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    peer = onnxruntime.InferenceSession(str(path), options)
    parts = rows[:, None, :] if row_by_row else [rows]
    return np.concatenate([peer.run(None, {"features": part})[0].reshape(-1) for part in parts])


def assert_close(scores: np.ndarray, expected: np.ndarray, tolerance: float = 2e-5) -> None:
    np.testing.assert_allclose(scores, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("model", "precision"), SHIPPED)
def test_shipped_models_score_like_onnxruntime(model: str, precision: str) -> None:
    session = Session(model, precision=precision)
    assert session.info.engine == "fused"
    if precision == "fp32":
        rows = make_rows(100_000)
        assert_close(session.run(rows), run_peer(session.info.path, rows))
    else:
        rows = make_rows(4000)
        np.testing.assert_allclose(
            session.run(rows), run_peer(session.info.path, rows, row_by_row=True), atol=1e-3
        )


@pytest.mark.parametrize("hidden", SHAPES)
@pytest.mark.parametrize("form", range(10))
def test_random_perceptrons_score_like_onnxruntime(
    tmp_path: Path, hidden: tuple[int, ...], form: int
) -> None:
    options = [
        {},
        {"transposed": False},
        {"with_gemm": False},
        {"with_scaler": False},
        {"activation": ""},
        {"activation": "LeakyRelu", "attributes": {"alpha": 0.2}},
        {"activation": "Clip", "bounds": (0.0, 0.6)},
        {"activation": "Clip", "bounds": (-0.5, 0.5)},
        {"activation": "Clip"},
        {"n_features": 21, "with_gemm": False},
    ][form]
    for seed in range(4):
        path = write(tmp_path, random_mlp(seed, hidden, **options))
        session = Session(path)
        assert session.info.engine == "fused", session.info.engine_reason
        rows = make_rows(300, options.get("n_features", 6), seed)
        assert_close(session.run(rows), run_peer(path, rows))


@pytest.mark.parametrize("hidden", [(8,), (17, 9), (64, 32, 16)])
@pytest.mark.parametrize("activation", ["Relu", "LeakyRelu", ""])
@pytest.mark.parametrize("exclude", [(), ("gemm0",)])
@pytest.mark.parametrize("per_channel", [True, False])
def test_quantised_perceptrons_score_like_onnxruntime_row_by_row(
    tmp_path: Path, hidden: tuple[int, ...], activation: str, exclude: tuple[str, ...], per_channel: bool
) -> None:
    for seed in range(3):
        path = write(tmp_path, random_mlp(seed, hidden, activation=activation))
        quantised = make_mlps.quantise(path, per_channel=per_channel, exclude=exclude)
        session = Session(quantised)
        assert session.info.engine == "fused", session.info.engine_reason
        rows = make_rows(300, seed=seed)
        np.testing.assert_allclose(session.run(rows), run_peer(quantised, rows, row_by_row=True), atol=1e-3)


@pytest.mark.parametrize("hidden", [(8,), (17, 9), (64, 32, 16)])
@pytest.mark.parametrize("activation", ["Relu", ""])
@pytest.mark.parametrize("exclude", [(), ("gemm0",), ("gemm1",)])
@pytest.mark.parametrize("activations", [QuantType.QUInt8, QuantType.QInt8])
@pytest.mark.parametrize("per_channel", [True, False])
def test_statically_quantised_perceptrons_score_like_onnxruntime(
    tmp_path: Path,
    hidden: tuple[int, ...],
    activation: str,
    exclude: tuple[str, ...],
    activations: QuantType,
    per_channel: bool,
) -> None:
    """A value within a rounding of the middle between two places of its grid may land on either.

    The judge runs the graph as written: where a float32 layer lies between two quantised ones, ONNX Runtime's
    optimiser changes scores.
    """
    path = write(tmp_path, random_mlp(1, hidden, activation=activation))
    quantised = make_mlps.quantise_static(
        path, per_channel=per_channel, activations=activations, exclude=exclude
    )
    session = Session(quantised)
    assert session.info.engine == "fused", session.info.engine_reason
    rows = make_rows(3000)
    difference = np.abs(session.run(rows) - run_peer(quantised, rows, as_written=True))
    assert np.quantile(difference, 0.99) < 1e-5
    assert difference.max() < 0.1


def models_of_every_kind(folder: Path) -> list[Path]:
    plain = write(folder, random_mlp(1, (17, 9)), "plain.onnx")
    signed = write(folder, random_mlp(2, (33, 6), activation="LeakyRelu"), "signed.onnx")
    linear = write(folder, random_mlp(2, (33, 6), activation=""), "linear.onnx")
    clipped = write(folder, random_mlp(4, (16, 8), activation="Clip", bounds=(-0.5, 0.5)), "clipped.onnx")
    wide = write(folder, random_mlp(3, (256, 13)), "wide.onnx")
    return [
        plain,
        clipped,
        wide,
        *(make_mlps.quantise(path, per_channel=True) for path in (plain, signed)),
        make_mlps.quantise(wide, per_channel=False, exclude=("gemm0", "gemm2")),
        make_mlps.quantise_static(plain, per_channel=True, activations=QuantType.QUInt8),
        make_mlps.quantise_static(linear, per_channel=False, activations=QuantType.QInt8),
        make_mlps.quantise_static(
            wide, per_channel=True, activations=QuantType.QUInt8, exclude=("gemm0", "gemm2")
        ),
    ]


def odd_rows() -> np.ndarray:
    """Ordinary rows, then one of each kind that arithmetic treats specially."""
    special = [np.full(6, value, np.float32) for value in (0, 1e-42, 3e38)]
    for value in (np.inf, -np.inf, np.nan, -1e30):
        for k in range(6):
            row = np.ones(6, np.float32)
            row[k] = value
            special.append(row)
    return np.concatenate([make_rows(60), special]).astype(np.float32)


ODD_ROWS = odd_rows()


@pytest.mark.parametrize("isa", ISAS[1:])
def test_every_instruction_set_gives_equal_bits(tmp_path: Path, open_on: OpenOn, isa: str) -> None:
    for path in models_of_every_kind(tmp_path):
        reference, session = open_on("scalar", path), open_on(isa, path)
        assert session.info.isa == isa
        for n_rows in (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 25, 31, 32, 33, 47, 48, 49, len(ODD_ROWS)):
            with np.errstate(invalid="ignore"):
                scores, expected = session.run(ODD_ROWS[-n_rows:]), reference.run(ODD_ROWS[-n_rows:])
            np.testing.assert_array_equal(scores, expected)


@pytest.mark.parametrize("isa", ISAS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_split_gives_equal_bits(open_on: OpenOn, isa: str, data: st.DataObject) -> None:
    session = open_on(isa, *data.draw(st.sampled_from([("vmaf_tiny_v4",), ("vmaf_tiny_v3",)])))
    n_rows = data.draw(st.integers(1, 200))
    rows = make_rows(n_rows, seed=data.draw(st.integers(0, 9)))
    cuts = sorted(data.draw(st.lists(st.integers(0, n_rows), max_size=6)))
    order = np.random.default_rng(0).permutation(n_rows)
    whole = session.run(rows)
    np.testing.assert_array_equal(np.concatenate([session.run(part) for part in np.split(rows, cuts)]), whole)
    np.testing.assert_array_equal(session.run(rows[order]), whole[order])


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize(("model", "precision"), SHIPPED)
def test_bits_of_shipped_scores_never_change(open_on: OpenOn, isa: str, model: str, precision: str) -> None:
    """Other weights change them (then run tools/make_score_bits.py); nothing else may."""
    assert (
        make_score_bits.digest(open_on(isa, model, precision=precision))
        == make_score_bits.golden()[model, precision]
    )


@pytest.mark.parametrize("isa", ISAS)
def test_features_that_are_not_finite(tmp_path: Path, open_on: OpenOn, isa: str) -> None:
    fp32 = write(tmp_path, random_mlp(0, (16, 8)))
    int8 = make_mlps.quantise(fp32, per_channel=True)
    row = make_rows(1)
    for path in (fp32, int8):
        session = open_on(isa, path)
        for k in range(6):
            for value in (np.nan, np.inf, -np.inf):
                bad = row.copy()
                bad[0, k] = value
                scores = session.run(np.concatenate([row, bad, row]))
                assert np.isnan(scores[1]) or (path == fp32 and not np.isnan(value))
                assert scores[0] == scores[2] == session.run(row)[0]


def one_more(op_type: str, **attributes: object) -> bytes:
    """features -> Gemm -> an operator -> Gemm."""
    nodes = [
        helper.make_node("Gemm", ["features", "w"], ["a"]),
        helper.make_node(op_type, ["a"], ["b"], name="extra", **attributes),
        helper.make_node("Gemm", ["b", "v"], ["vmaf"]),
    ]
    constants = {"w": np.ones((6, 4), np.float32), "v": np.ones((4, 1), np.float32)}
    return make_models.model_bytes(nodes, {"features": ["N", 6]}, {"vmaf": ["N", 1]}, constants)


def skip_connection() -> bytes:
    nodes = [
        helper.make_node("Gemm", ["features", "w"], ["a"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Add", ["a", "b"], ["c"]),
        helper.make_node("Gemm", ["c", "v"], ["vmaf"]),
    ]
    constants = {"w": np.ones((6, 4), np.float32), "v": np.ones((4, 1), np.float32)}
    return make_models.model_bytes(nodes, {"features": ["N", 6]}, {"vmaf": ["N", 1]}, constants)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (one_more("Sigmoid"), 'the operator Sigmoid (node "extra") is not fused'),
        (one_more("Softmax"), 'the operator Softmax (node "extra") is not fused'),
        (one_more("LeakyRelu", alpha=2.0), 'the LeakyRelu "extra" has a slope outside 0..1'),
        (
            random_mlp(0, (8,), activation="Clip", bounds=(1.0, 0.0)),
            'the Clip "" has bounds in the wrong order',
        ),
        (skip_connection(), 'the value "a" is used more than once'),
        (random_mlp(0, (257,)), 'the layer "w0" is wider than 256'),
    ],
)
def test_other_graphs_run_on_onnxruntime_with_the_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    path = write(tmp_path, data)
    session = Session(path)
    assert (session.info.engine, session.info.engine_reason) == ("onnxruntime", f"auto: {reason}")
    assert session.info.isa == ""
    rows = make_rows(50)
    assert_close(session.run(rows), run_peer(path, rows, row_by_row=True))
    with pytest.raises(Unsupported, match="The fused engine can't run"):
        Session(path, engine="fused")


@pytest.mark.parametrize("axis", [-9, 2, 2**40])
def test_scales_along_an_axis_that_is_not_there_are_left_to_onnxruntime(tmp_path: Path, axis: int) -> None:
    path = write(tmp_path, random_mlp(0, (17, 9)))
    model = onnx.load(make_mlps.quantise_static(path, per_channel=True, activations=QuantType.QUInt8))
    for node in model.graph.node:
        for attribute in node.attribute:
            attribute.i = axis if attribute.name == "axis" else attribute.i
    with pytest.raises(Unsupported, match="has scales that do not fit it"):
        Session(write(tmp_path, model.SerializeToString()), engine="fused")


def test_engines_can_be_insisted_on() -> None:
    fused, general = Session("vmaf_tiny_v4", engine="fused"), Session("vmaf_tiny_v4", engine="onnxruntime")
    assert (fused.info.engine_reason, fused.info.runtime_library) == ("fused was asked for", "")
    assert (general.info.engine, general.info.engine_reason) == ("onnxruntime", "onnxruntime was asked for")
    np.testing.assert_allclose(fused.run(make_rows(200)), general.run(make_rows(200)), atol=1e-3)


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_threads_give_equal_bits(precision: str) -> None:
    rows = make_rows(200_000)
    expected = Session("vmaf_tiny_v4", precision=precision).run(rows)
    for threads in (0, 2, 3, 256):
        session = Session("vmaf_tiny_v4", precision=precision, threads=threads)
        np.testing.assert_array_equal(session.run(rows), expected)


def test_unknown_instruction_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMAF_DNN_ISA", "mmx")
    with pytest.raises(
        InvalidArgument, match=r"VMAF_DNN_ISA is mmx, which is not known; use one of .*scalar"
    ):
        Session("vmaf_tiny_v4")


def test_circular_and_cut_graphs_are_left_to_onnxruntime(tmp_path: Path) -> None:
    """Malformed wiring must neither hang nor crash the recogniser."""
    nodes = [helper.make_node("Identity", ["x"], ["x"]), helper.make_node("Relu", ["features"], ["x"])]
    data = make_models.model_bytes(nodes, {"features": ["N", 6]}, {"vmaf": ["N"]})
    with pytest.raises(Unsupported, match="The fused engine can't run"):
        Session(write(tmp_path, data), engine="fused")
