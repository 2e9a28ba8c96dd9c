# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import vmaf_dnn
from tests.support import make_models
from tests.support.make_bundles import IDENTITY, ISSUER, PrivateSigstore
from tests.support.shipped import ALL_IDS
from vmaf_dnn import verification
from vmaf_dnn.cli import main

Rows = dict[tuple[str, str], dict[str, Any]]
CHECKS = ("size", "sha256", "opset", "contract", "admission")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A private copy of the shipped models."""
    return Path(shutil.copytree(vmaf_dnn.registry_path().parent, tmp_path / "tiny"))


def verify(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Rows, str]:
    """The exit code, the rows by id and precision, and what stood on stderr."""
    code = main(["verify", *map(str, words), "--json"])
    out, err = capsys.readouterr()
    return code, {(row["id"], row["precision"]): row for row in json.loads(out)}, err


def verify_folder(capsys: pytest.CaptureFixture[str], folder: Path, *words: object) -> tuple[int, Rows, str]:
    return verify(capsys, *words, "--registry", folder / "registry.json")


def edit_json(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(path.read_text())
    edit(document)
    path.write_text(json.dumps(document))


def drop_contracts(registry: dict[str, Any]) -> None:
    for entry in registry["models"]:
        del entry["contract"]


def edit_entry(folder: Path, position: int, **changes: object) -> None:
    edit_json(folder / "registry.json", lambda registry: registry["models"][position].update(changes))


def failed(rows: Rows) -> dict[tuple[str, str], list[str]]:
    """The checks that failed, of each file that has one."""
    found = {key: [name for name, word in row.items() if word == "FAILED"] for key, row in rows.items()}
    return {key: names for key, names in found.items() if names}


def test_the_shipped_models_are_as_registered(capsys: pytest.CaptureFixture[str]) -> None:
    code, rows, err = verify(capsys)
    assert (code, err) == (0, "")
    assert list(rows) == [(model.id, word) for model in vmaf_dnn.models() for word in ("fp32", "int8")]
    for (id_, _), row in rows.items():
        assert [row[name] for name in CHECKS] == ["ok"] * len(CHECKS)
        engine = "fused" if id_ in ALL_IDS else "onnxruntime"
        assert (row["engine"], row["signature"], row["failures"]) == (engine, "none", [])
        assert row["size_bytes"] == Path(row["path"]).stat().st_size


def test_only_the_models_that_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    path = vmaf_dnn.models()[2].path
    code, rows, _ = verify(capsys, "vmaf_tiny_v3", path)
    assert code == 0
    assert {id for id, _ in rows} == {"vmaf_tiny_v3", "vmaf_tiny_v4"}


def test_a_pipe_gets_a_tab_separated_row_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    names = "id precision file size sha256 opset contract admission engine signature failure"
    assert header.split("\t") == names.split()
    assert rows[1].split("\t")[:4] == ["vmaf_tiny_v2", "int8", "vmaf_tiny_v2.int8.onnx", "2305 B"]
    assert len(rows) == 2 * len(vmaf_dnn.models()) >= 2 * len(ALL_IDS)


def test_a_terminal_gets_a_table_and_the_sentences_below(folder: Path) -> None:
    (folder / "vmaf_tiny_v3.onnx").write_bytes(b"x")
    master, slave = pty.openpty()
    words = [sys.executable, "-m", "vmaf_dnn", "verify", "--registry", str(folder / "registry.json")]
    environment = os.environ | {"COLUMNS": "80", "TERM": "dumb"}
    done = subprocess.run(words, stdout=slave, stderr=subprocess.PIPE, env=environment)
    os.close(slave)
    shown = os.read(master, 1 << 16).decode().replace("\r\n", "\n")
    os.close(master)
    assert done.returncode == 1
    table, sentences = shown.rstrip("\n").rsplit("\n", 1)
    assert max(map(len, table.splitlines())) <= 80
    assert "FAILED" in table
    assert f"The bytes of {folder / 'vmaf_tiny_v3.onnx'} have sha256" in sentences


def test_odd_names_stay_in_their_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a\tb\n.onnx"
    path.write_bytes(make_models.mean_of_six())
    assert main(["verify", str(path)]) == 1
    header, row = capsys.readouterr().out.splitlines()
    assert len(row.split("\t")) == len(header.split("\t"))
    assert row.split("\t")[2] == r"a\x09b\x0a.onnx"


def test_one_flipped_byte_of_the_int8_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "vmaf_tiny_v4.int8.onnx"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    code, rows, err = verify_folder(capsys, folder)
    assert code == 1
    assert failed(rows) == {("vmaf_tiny_v4", "int8"): ["sha256"]}
    assert make_models.sha256(bytes(data)) in rows["vmaf_tiny_v4", "int8"]["failures"][0]
    assert err.startswith("vmaf-dnn: error: 1 of 26 files failed, first vmaf_tiny_v4 in int8: The bytes of ")
    assert err.count("\n") == 1


def test_every_file_is_checked_after_one_failed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("vmaf_tiny_v2.onnx", "vmaf_tiny_v3.int8.onnx"):
        (folder / name).unlink()
    code, rows, err = verify_folder(capsys, folder)
    assert code == 1
    assert failed(rows) == {("vmaf_tiny_v2", "fp32"): ["admission"], ("vmaf_tiny_v3", "int8"): ["admission"]}
    assert "There is no model file" in rows["vmaf_tiny_v2", "fp32"]["failures"][0]
    assert "is promised by" in rows["vmaf_tiny_v3", "int8"]["failures"][0]
    assert rows["vmaf_tiny_v4", "int8"]["engine"] == "fused"
    assert "2 of 26 files failed, first vmaf_tiny_v2 in fp32: There is no model file" in err


@pytest.mark.parametrize(("field", "precision"), [("size_bytes", "fp32"), ("int8_size_bytes", "int8")])
def test_wrong_size(folder: Path, capsys: pytest.CaptureFixture[str], field: str, precision: str) -> None:
    edit_json(folder / "vmaf_tiny_v2.json", lambda sidecar: sidecar.update({field: 7}))
    code, rows, err = verify_folder(capsys, folder, "vmaf_tiny_v2")
    assert code == 1
    assert failed(rows) == {("vmaf_tiny_v2", precision): ["size"]}
    assert "bytes, but" in err
    assert "vmaf_tiny_v2.json says 7; correct that, or the file" in err


def test_wrong_opset(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit_entry(folder, 0, opset=18)
    code, rows, err = verify_folder(capsys, folder, "vmaf_tiny_v2")
    assert code == 1
    assert failed(rows) == {("vmaf_tiny_v2", "fp32"): ["opset"], ("vmaf_tiny_v2", "int8"): ["opset"]}
    assert "has 17 as its opset, but what is stated about it is 18" in err


def test_sidecar_about_other_bytes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit_json(folder / "vmaf_tiny_v2.json", lambda sidecar: sidecar.update(sha256="0" * 64))
    code, rows, err = verify_folder(capsys, folder, "vmaf_tiny_v2")
    assert code == 1
    assert failed(rows) == {("vmaf_tiny_v2", "fp32"): ["sha256"]}
    assert f"vmaf_tiny_v2.json is about {'0' * 64}; export or quantise the model again" in err


@pytest.mark.parametrize("is_stated_twice", [True, False])
def test_broken_contract(folder: Path, capsys: pytest.CaptureFixture[str], is_stated_twice: bool) -> None:
    edit_json(folder / "vmaf_tiny_v2.json", lambda sidecar: sidecar.update(input_name="rows"))
    if not is_stated_twice:
        edit_json(folder / "registry.json", drop_contracts)
    code, rows, err = verify_folder(capsys, folder, "vmaf_tiny_v2")
    assert code == 1
    assert set(map(tuple, failed(rows).values())) == {("contract",)}
    assert len(rows["vmaf_tiny_v2", "fp32"]["failures"]) == 1
    assert "rows" in err


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        ({"output_range": [0, 50]}, "says output_range = [0.0, 50.0], but "),
        (
            {"features": ["a", "b", "c", "d", "e", "f"]},
            "says features = ['a', 'b', 'c', 'd', 'e', 'f'], but ",
        ),
        ({"feature_options": [""] * 6}, "says feature_options = ['', '', '', '', '', ''], but "),
        ({"score_transform": {"p1": 2}}, "says score_transform = [0.0, 2.0, 0.0], but "),
        (
            {"chroma_correction": {"parameter": 1, "guided": "adm2", "guide": "motion2"}},
            "says chroma_correction = (1.0, 'adm2', 'motion2'), but ",
        ),
    ],
)
def test_a_sidecar_that_contradicts_the_registry(
    folder: Path, capsys: pytest.CaptureFixture[str], stated: dict[str, Any], sentence: str
) -> None:
    edit_json(folder / "vmaf_tiny_v2.json", lambda sidecar: sidecar.update(stated))
    code, rows, err = verify_folder(capsys, folder)
    assert code == 1
    assert failed(rows) == {("vmaf_tiny_v2", word): ["contract"] for word in ("fp32", "int8")}
    assert f"{folder / 'vmaf_tiny_v2.json'} {sentence}{folder / 'registry.json'}" in err
    assert err.endswith("; register the model again.\n")


def test_a_registry_that_is_broken_or_names_no_sidecar_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where the registry states the contract, so that opening would not look."""
    words = ["verify", "--registry", str(folder / "registry.json")]
    (folder / "vmaf_tiny_v2.json").write_text("{")
    assert main(words) == 1
    assert "vmaf_tiny_v2.json is not the JSON object it should be" in capsys.readouterr().err
    (folder / "vmaf_tiny_v2.json").unlink()
    edit_entry(folder, 0, sidecar="vmaf_tiny_v2.json")
    assert main(words) == 1
    assert "There is no sidecar" in capsys.readouterr().err


def test_a_published_sidecar_need_not_say_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {"name": "vmaf_tiny_v2", "features": list(vmaf_dnn.CANONICAL_6)}
    (folder / "vmaf_tiny_v2.json").write_text(json.dumps(said))
    code, rows, _ = verify_folder(capsys, folder, "vmaf_tiny_v2")
    assert (code, rows["vmaf_tiny_v2", "fp32"]["contract"]) == (0, "ok")
    (folder / "vmaf_tiny_v2.json").write_text(json.dumps(said | {"features": ["adm2"]}))
    assert failed(verify_folder(capsys, folder, "vmaf_tiny_v2")[1])["vmaf_tiny_v2", "int8"] == ["contract"]


def test_an_old_registry_is_verified_by_its_sidecars(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit_json(folder / "registry.json", drop_contracts)
    code, rows, _ = verify_folder(capsys, folder)
    assert code == 0
    assert [row["contract"] for row in rows.values()] == ["ok"] * 26


def test_file_that_is_not_admitted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = make_models.one_node("MadeUp")
    (folder / "vmaf_tiny_v2.onnx").write_bytes(data)
    edit_entry(folder, 0, sha256=make_models.sha256(data))
    code, rows, _ = verify_folder(capsys, folder, "vmaf_tiny_v2")
    assert code == 1
    assert failed(rows) == {("vmaf_tiny_v2", "fp32"): ["admission"]}
    assert rows["vmaf_tiny_v2", "fp32"]["contract"] == "-"


def test_a_model_that_nothing_pins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mean.onnx"
    path.write_bytes(make_models.mean_of_six())
    code, rows, err = verify(capsys, path)
    assert code == 1
    assert failed(rows) == {("mean", "fp32"): ["sha256"]}
    assert [rows["mean", "fp32"][name] for name in ("size", "opset", "contract")] == ["unstated"] * 3
    assert "mean.onnx: its digest is pinned by no registry or sidecar; register the model" in err
    sidecar = {"kind": "fr", "sha256": make_models.sha256(path.read_bytes())}
    path.with_suffix(".json").write_text(json.dumps(sidecar))
    code, rows, _ = verify(capsys, path)
    assert (code, rows["mean", "fp32"]["contract"]) == (0, "unstated")


def test_without_a_sidecar_nothing_states_size_and_contract(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "vmaf_tiny_v2.json").unlink()
    code, rows, _ = verify_folder(capsys, folder, "vmaf_tiny_v2")
    assert code == 0
    assert {(row["size"], row["contract"]) for row in rows.values()} == {("unstated", "ok")}
    edit_json(folder / "registry.json", drop_contracts)
    code, rows, _ = verify_folder(capsys, folder)
    assert code == 0
    assert [row["contract"] for row in rows.values()] == ["unstated"] * 2 + ["ok"] * 24
    assert main(["verify", "vmaf_tiny_v2", "--registry", str(folder / "registry.json")]) == 0
    header, *table = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    for name in ("size", "contract"):
        assert [row[header.index(name)] for row in table] == ["unstated"] * 2


def test_a_registry_without_models_checks_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit_json(folder / "registry.json", lambda registry: registry.update(models=[]))
    path = folder / "registry.json"
    for words in ([], ["--json"]):
        assert main(["verify", "--registry", str(path), *words]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert f"error: {path} lists no models, so nothing was checked; name a registry that" in err


def test_runtime_that_is_missing_fails_what_needs_it(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vmaf_dnn import RuntimeMissing

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeMissing("no ONNX Runtime")

    monkeypatch.setattr(verification, "Session", refuse)
    code, rows, _ = verify_folder(capsys, folder, "vmaf_tiny_v2")
    assert code == 1
    assert set(map(tuple, failed(rows).values())) == {("engine",)}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["vmaf_tiny_v9"], 'There is no model "vmaf_tiny_v9"'),
        (["./no.onnx"], "There is no model file ./no.onnx"),
        (["--registry", "no.json"], "no.json"),
        (["--tiny-verify-identity", "me"], "identity and issuer name a signer together"),
    ],
)
def test_what_can_not_be_looked_up_is_one_line(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", *words]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("vmaf-dnn: error: ")
    assert err.count("\n") == 1
    assert sentence in err


@pytest.fixture
def signed(folder: Path) -> list[object]:
    """The folder with its first model signed, fp32 and int8; the words that name its trusted root."""
    sigstore = PrivateSigstore()
    for name in ("vmaf_tiny_v2.onnx", "vmaf_tiny_v2.int8.onnx"):
        bundle = sigstore.bundle((folder / name).read_bytes())
        (folder / f"{name}.sigstore.json").write_text(json.dumps(bundle))
    edit_entry(
        folder,
        0,
        sigstore_bundle="vmaf_tiny_v2.onnx.sigstore.json",
        int8_sigstore_bundle="vmaf_tiny_v2.int8.onnx.sigstore.json",
        sigstore_identity=IDENTITY,
        sigstore_issuer=ISSUER,
    )
    return ["--trusted-root", sigstore.write_root(folder / "trusted_root.json")]


def test_signatures_that_a_registry_names_are_checked(
    folder: Path, signed: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    code, rows, _ = verify_folder(capsys, folder, *signed)
    assert code == 0
    assert [row["signature"] for row in rows.values()] == ["ok"] * 2 + ["none"] * 24
    (folder / "vmaf_tiny_v2.int8.onnx.sigstore.json").unlink()
    code, rows, err = verify_folder(capsys, folder, *signed)
    assert code == 1
    assert failed(rows) == {("vmaf_tiny_v2", "int8"): ["signature"]}
    assert "vmaf_tiny_v2.int8.onnx.sigstore.json, which does not exist; restore it" in err


def test_a_named_signer_must_have_signed_every_file(
    folder: Path, signed: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    signer = ["--tiny-verify-identity", IDENTITY, "--tiny-verify-issuer", ISSUER]
    assert verify_folder(capsys, folder, "vmaf_tiny_v2", *signed, *signer)[0] == 0
    code, rows, err = verify_folder(capsys, folder, *signed, *signer)
    assert code == 1
    assert {id for id, _ in failed(rows)} == set(ALL_IDS) - {"vmaf_tiny_v2"}
    assert "names no signature of it" in err


def test_without_the_sigstore_package_a_named_signature_fails(
    folder: Path, signed: list[object], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "sigstore"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sigstore", None)
    code, rows, err = verify_folder(capsys, folder, *signed)
    assert code == 1
    assert list(failed(rows).values()) == [["signature"], ["signature"]]
    assert 'pip install "vmaf-dnn[verify]"' in err
