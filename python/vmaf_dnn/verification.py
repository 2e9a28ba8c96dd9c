# SPDX-License-Identifier: BSD-3-Clause
"""Every file of a model held against what its registry and sidecar state about it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vmaf_dnn import _core
from vmaf_dnn.errors import DigestMismatch, ModelNotFound, ModelRejected, VerifierMissing, VmafDnnError
from vmaf_dnn.registry import ResolvedModel, resolve
from vmaf_dnn.session import Session, SessionInfo
from vmaf_dnn.signatures import SignaturePolicy, verify_file

Json = dict[str, Any]
OK, FAILED, NOT_REACHED, UNSIGNED, UNSTATED = "ok", "FAILED", "-", "none", "unstated"


@dataclass
class FileCheck:
    """What was found of one file: a word for each check, and a sentence for each that failed."""

    id: str
    path: str
    precision: str
    size_bytes: int | None = None
    size: str = NOT_REACHED
    sha256: str = NOT_REACHED
    opset: str = NOT_REACHED
    contract: str = NOT_REACHED
    admission: str = NOT_REACHED
    engine: str = NOT_REACHED
    signature: str = NOT_REACHED
    failures: list[str] = field(default_factory=list)

    def fail(self, check: str, sentence: str) -> None:
        """Note that the check of that name failed, and why."""
        setattr(self, check, FAILED)
        self.failures.append(sentence)


def check_model(
    model: str, registry: str | os.PathLike[str] | None, policy: SignaturePolicy
) -> Iterator[FileCheck]:
    """Check the fp32 file of a model, then its int8 one if there is or should be one."""
    fp32 = resolve(model, "fp32", registry)
    yield _check_file(model, fp32, registry, policy)
    try:
        int8 = resolve(model, "int8", registry)
    except ModelNotFound:
        if fp32.wants_int8:
            yield _missing_int8(fp32)
    else:
        yield _check_file(model, int8, registry, policy)


def _missing_int8(fp32: ResolvedModel) -> FileCheck:
    check = FileCheck(fp32.id, str(fp32.path.with_suffix(".int8.onnx")), "int8")
    sentence = f"{check.path} is promised by {fp32.pinned_by}, but there is no such file; restore it."
    check.fail("admission", sentence)
    return check


def _check_file(
    model: str, file: ResolvedModel, registry: str | os.PathLike[str] | None, policy: SignaturePolicy
) -> FileCheck:
    check = FileCheck(file.id, str(file.path), file.precision)
    sidecar = _sidecar(file)
    try:
        admitted = _core.admit(file.path, file.sha256, file.pinned_by or file.path)
    except (ModelNotFound, ModelRejected) as error:
        check.fail("sha256" if isinstance(error, DigestMismatch) else "admission", str(error))
        return check
    check.admission = OK
    _check_facts(check, file, sidecar, admitted)
    _check_opening(check, model, admitted["sha256"], registry, sidecar)
    _check_agreement(check, file, sidecar)
    _check_signature(check, file, policy)
    return check


def _check_facts(check: FileCheck, file: ResolvedModel, sidecar: Json, admitted: Json) -> None:
    check.size_bytes = admitted["size_bytes"]
    check.sha256 = OK
    if not file.sha256:
        check.fail(
            "sha256", f"{check.path}: its digest is pinned by no registry or sidecar; register the model."
        )
    prefix = "int8_" if file.precision == "int8" else ""
    _compare(
        check, "size", f"{file.sidecar} says", sidecar.get(f"{prefix}size_bytes"), check.size_bytes, "bytes"
    )
    opset = sidecar.get("opset") if file.opset is None else file.opset
    _compare(check, "opset", "what is stated about it is", opset, admitted["opset"], "as its opset")
    digest = sidecar.get(f"{prefix}sha256")
    if digest not in (None, admitted["sha256"]):
        sentence = f"{check.path} has sha256 {admitted['sha256']}, but {file.sidecar} is about {digest}"
        check.fail("sha256", f"{sentence}; export or quantise the model again.")


def _sidecar(file: ResolvedModel) -> Json:
    """Read a sidecar as it stands, whole; raises as opening a model without a registry does."""
    if file.sidecar is None:
        return {}
    contract = _core.read_contract(file.sidecar)
    stated: Json = json.loads(file.sidecar.read_bytes())
    is_ours = "schema_version" in stated and "name" not in stated  # published dialects say less
    said = {name: value for name, value in contract.items() if is_ours or name in stated}
    return stated | {"contract": said}


def _check_agreement(check: FileCheck, file: ResolvedModel, sidecar: Json) -> None:
    """Hold the contract that was opened with, which may be the registry's, against the sidecar's."""
    said: Json = sidecar.get("contract", {})
    differing = [name for name, value in file.contract.items() if said.get(name, value) != value]
    for name in differing:
        check.fail(
            "contract",
            f"{file.sidecar} says {name} = {said[name]!r}, but {file.pinned_by} {file.contract[name]!r};"
            " register the model again.",
        )
    is_stated = any(file.contract[name] for name in ("input_name", "output_name", "features"))
    if check.contract == OK and not is_stated:
        check.contract = UNSTATED


def _compare(check: FileCheck, name: str, source: str, stated: object, found: object, unit: str) -> None:
    setattr(check, name, UNSTATED if stated is None else OK)
    if stated not in (None, found):
        check.fail(
            name, f"{check.path} has {found} {unit}, but {source} {stated}; correct that, or the file."
        )


def _check_opening(
    check: FileCheck, model: str, sha256: str, registry: str | os.PathLike[str] | None, sidecar: Json
) -> None:
    try:
        session = Session(model, precision=check.precision, registry=registry)  # type: ignore[arg-type]
    except ModelRejected as error:
        check.fail("contract", str(error))
    except VmafDnnError as error:
        check.contract = OK
        check.fail("engine", str(error))
    else:
        check.contract = OK
        check.engine = session.info.engine
        if session.info.sha256 != sha256:
            check.fail("sha256", f"{check.path} changed while it was checked; check it again.")
        _check_plan(check, session.info, sidecar)


def _check_plan(check: FileCheck, info: SessionInfo, sidecar: Json) -> None:
    """Hold the shape of a plan, and the number of words, against the graph that makes or reads it."""
    stated = []
    if info.kind in ("plan", "words") and "plan_shape" in sidecar:
        plan = info.outputs[0] if info.kind == "plan" else info.inputs[0]
        stated.append(("plan_shape", plan, f"[1, {', '.join(map(str, sidecar['plan_shape']))}]"))
    if info.kind == "words" and "words" in sidecar:
        stated.append(("words", info.outputs[0], f", {len(sidecar['words'])}]"))
    for name, found, ending in stated:
        if not found.endswith(ending):
            sentence = f"{check.path} has {found}, but {name} in its sidecar asks for {ending}"
            check.fail("contract", f"{sentence}; export the model again.")


def _check_signature(check: FileCheck, file: ResolvedModel, policy: SignaturePolicy) -> None:
    """Pass over a signature that nobody claims and nobody demands."""
    if file.bundle is None and not policy.names_signer:
        check.signature = UNSIGNED
        return
    try:
        verify_file(file, policy)
    except (ModelRejected, VerifierMissing) as error:
        check.fail("signature", str(error))
    else:
        check.signature = OK
