# SPDX-License-Identifier: BSD-3-Clause
"""JSON Schemas (2020-12) of registry and sidecar, as data; the shipped `*.schema.json` are written from it.

Each `then` carries a `description`: it becomes the reason in the sentence about a missing field.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

# No `..` segment anywhere: a registry can't point outside its own folder.
_PATH = r"^(?!(?:.*/)?\.\.(?:/|$))[a-z0-9][a-z0-9_./-]*"
_DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def _text(most: int, **more: object) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": most, **more}


_BUNDLE = _text(256, pattern=_PATH + r"\.sigstore\.json$")
_FIGURES: Schema = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "plcc": {"type": "number", "minimum": -1, "maximum": 1},
        "srocc": {"type": "number", "minimum": -1, "maximum": 1, "description": "Ties share their rank."},
        "rmse": {"type": "number", "minimum": 0, "description": "VMAF points."},
        "max_error": {"type": "number", "minimum": 0, "description": "Of any frame, VMAF points."},
        "l1": {"type": "number", "minimum": 0, "maximum": 1, "description": "To the reference, of 0 to 1."},
        "psnr_gain": {"type": "number", "description": "Over the plane that went in, mean of frames, dB."},
        "worst_psnr_gain": {"type": "number", "description": "Of any source, dB."},
        "exact": {"type": "number", "minimum": 0, "maximum": 1, "description": "Share of sentences."},
    },
}
_QUALITY: Schema = {
    "type": "object",
    "required": ["against", "n_rows", "fp32"],
    "additionalProperties": False,
    "description": "How close a model is to what it was trained for, on what it was not trained on.",
    "properties": {
        "against": _text(64, description="The model that is stood in for, or the truth."),
        "n_rows": {"type": "integer", "minimum": 1, "description": "Rows, frames or pictures."},
        "n_sources": {"type": "integer", "minimum": 1, "description": "Clips' contents, none trained on."},
        "fp32": _FIGURES,
        "int8": _FIGURES,
    },
}
# What models of a kind state beside what all do; the core has its own table in registry/kinds.h.
KINDS: dict[str, tuple[str, ...]] = {
    "fr": (
        *("features", "feature_range", "output_range"),
        *("hidden", "input_mean", "input_std", "onnx_has_scaler"),
    ),
    "nr": ("output_range",),
    "filter": (),
    "plan": ("plan_shape",),
    "words": ("plan_shape", "words", "encoder"),
}
# The figures that the quality of a kind is told by.
FIGURES: dict[str, tuple[str, ...]] = {
    "fr": ("plcc", "rmse", "max_error"),
    "nr": ("plcc", "rmse"),
    "filter": ("l1", "psnr_gain"),
    "plan": ("exact",),
    "words": ("exact",),
}
CONTRACT_FIELDS: Schema = {
    "input_name": _text(128),
    "output_name": _text(128),
    "features": {"type": "array", "items": _text(64), "minItems": 1, "uniqueItems": True},
    "feature_range": {
        "type": "array",
        "items": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        "description": "Lowest and highest value of each feature among the training rows.",
    },
    "feature_options": {
        "type": "array",
        "items": {"type": "string", "maxLength": 512},
        "description": "What each feature is measured with, in libvmaf's words, as adm_csf_mode=2.",
    },
    "chroma_correction": {
        "type": "object",
        "required": ["parameter", "guided", "guide"],
        "additionalProperties": False,
        "properties": {"parameter": {"type": "number"}, "guided": _text(64), "guide": _text(64)},
        "description": "Before the network: a `guided` of 0 becomes parameter * (1 - guide).",
    },
    "score_transform": {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {"type": "number"} for name in ("p0", "p1", "p2")},
        "anyOf": [{"required": ["p1"]}, {"required": ["p2"]}],
        "description": "After the network, before the clip: p0 + p1 score + p2 score^2.",
    },
    "output_range": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
}
_CONTRACT: Schema = {
    "type": "object",
    "additionalProperties": False,
    "properties": CONTRACT_FIELDS,
    "description": "As in the sidecar, which is not read then to open the model.",
}
_MODEL_FIELDS: Schema = {
    "id": _text(64, pattern="^[a-z0-9][a-z0-9_-]*$", description="Unique in the registry."),
    "kind": {"enum": list(KINDS)},
    "description": _text(256),
    "notes": _text(512),
    "onnx": _text(256, pattern=_PATH + r"\.onnx$", description="Relative to the registry's folder."),
    "sha256": _DIGEST | {"description": "Of the bytes of `onnx`."},
    "opset": {"type": "integer", "minimum": 7, "maximum": 21, "description": "The graph's own."},
    "smoke": {"type": "boolean", "default": False, "description": "For tests only; not to be scored with."},
    "quant_mode": {
        "enum": ["fp32", "dynamic", "static", "qat"],
        "default": "fp32",
        "description": "What precision=auto runs: the fp32 file, or the int8 file made this way.",
    },
    "int8_sha256": _DIGEST | {"description": "Of `<base>.int8.onnx`; pinned also where fp32 is the default."},
    "quant_accuracy_budget_plcc": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "Largest PLCC that int8 may lose against fp32.",
    },
    "quant_calibration_set": _text(256, description="What a static quantisation was calibrated on."),
    "quality": _QUALITY,
    "license": _text(128, description="SPDX identifier of the weights."),
    "license_url": _text(512, format="uri"),
    "sidecar": _text(256, pattern=_PATH + r"\.json$", description="Of this id; by default `<base>.json`."),
    "contract": _CONTRACT,
    "sigstore_bundle": _BUNDLE | {"description": "Who signed the bytes of `onnx`."},
    "int8_sigstore_bundle": _BUNDLE | {"description": "Who signed the bytes of `<base>.int8.onnx`."},
    "sigstore_identity": _text(512, description="Whose the signatures must be: an address or a URI."),
    "sigstore_issuer": _text(512, format="uri", description="The OIDC provider that vouches for it."),
}


def _if_quantised(modes: list[str], required: list[str], reason: str) -> Schema:
    return {
        "if": {"required": ["quant_mode"], "properties": {"quant_mode": {"enum": modes}}},
        "then": {"required": required, "description": reason},
    }


def _if_kind(kind: str, required: list[str], *path: str) -> Schema:
    """Require fields of models of a kind, or of the objects at a path within them."""
    reason = (
        f"a model of kind {kind} states them" if len(required) > 1 else f"a model of kind {kind} states it"
    )
    then: Schema = {"required": required, "description": reason}
    for name in reversed(path):
        then = {"properties": {name: then}}
    return {"if": {"required": ["kind"], "properties": {"kind": {"const": kind}}}, "then": then}


_BY_FIGURES = [
    _if_kind(kind, list(names), "quality", precision)
    for kind, names in FIGURES.items()
    for precision in ("fp32", "int8")
]


def _of_contract(kind: str) -> list[str]:
    return [name for name in KINDS[kind] if name in ("features", "output_range")]


_MODEL: Schema = {
    "type": "object",
    "required": ["id", "kind", "onnx", "sha256"],
    "additionalProperties": False,
    "properties": _MODEL_FIELDS,
    "dependentRequired": {
        "sigstore_identity": ["sigstore_issuer"],
        "sigstore_issuer": ["sigstore_identity"],
        "int8_sigstore_bundle": ["int8_sha256"],
    },
    "allOf": [
        _if_quantised(
            ["dynamic", "static", "qat"],
            ["int8_sha256", "quant_accuracy_budget_plcc"],
            "a model whose default is int8 needs the digest of that file and the PLCC it may lose",
        ),
        _if_quantised(
            ["static"], ["quant_calibration_set"], "a static quantisation must say what it was calibrated on"
        ),
        *(_if_kind(kind, _of_contract(kind), "contract") for kind in KINDS if _of_contract(kind)),
        *_BY_FIGURES,
    ],
}

REGISTRY: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Registry of tiny models",
    "type": "object",
    "required": ["schema_version", "models"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string"},
        "schema_version": {"enum": [0, 1]},
        "models": {"type": "array", "items": {"$ref": "#/$defs/model"}},
    },
    "if": {"properties": {"schema_version": {"const": 1}}},
    "then": {
        "properties": {
            "models": {"items": {"required": ["license"], "description": "schema_version 1 states a licence"}}
        }
    },
    "$defs": {"model": _MODEL},
}

_FEATURE_VECTOR: Schema = {"type": "array", "items": {"type": "number"}, "minItems": 1}
_SHAPE: Schema = {"type": "array", "items": {"type": "integer", "minimum": -1}, "minItems": 1}
_BYTES: Schema = {"type": "integer", "minimum": 1}

_SIDECAR_FIELDS: Schema = {
    "schema_version": {"const": 1},
    **{
        name: _MODEL_FIELDS[name]
        for name in ("id", "kind", "description", "notes", "onnx", "sha256", "opset")
    },
    "arch": _text(64),
    "hidden": {"type": "array", "items": _BYTES, "description": "Widths between the features and the score."},
    "n_params": {"type": "integer", "minimum": 1, "description": "Trained ones; the scaler is not counted."},
    "size_bytes": _BYTES,
    **CONTRACT_FIELDS,
    "input_shape": _SHAPE | {"description": "-1 is any number of rows, or any size."},
    "output_shape": _SHAPE,
    "input_mean": _FEATURE_VECTOR,
    "input_std": _FEATURE_VECTOR,
    "onnx_has_scaler": {"const": True, "description": "Nobody scales outside the graph."},
    "quant_mode": _MODEL_FIELDS["quant_mode"],
    "int8_onnx": _MODEL_FIELDS["onnx"],
    "int8_sha256": _MODEL_FIELDS["int8_sha256"],
    "int8_size_bytes": _BYTES,
    "int8_drift": {
        "type": "object",
        "description": "int8 against fp32 on held-out data, in units of the output.",
    },
    "quant_accuracy_budget_plcc": _MODEL_FIELDS["quant_accuracy_budget_plcc"],
    "quant_calibration_set": _MODEL_FIELDS["quant_calibration_set"],
    "quality": _QUALITY,
    "plan_shape": {
        "type": "array",
        "items": _BYTES,
        "minItems": 2,
        "maxItems": 2,
        "description": "Vectors of a plan, numbers of each.",
    },
    "words": {
        "type": "array",
        "items": _text(32),
        "minItems": 1,
        "uniqueItems": True,
        "description": "The vocabulary, in the order of the graph's scores.",
    },
    "encoder": _DIGEST | {"description": "Of the fp32 file whose plans this model reads."},
    "training": _text(256, pattern=_PATH + r"\.training\.json$", description="The record of it, beside."),
    "run_provenance": {"type": "object"},
}
_OPTIONAL = {
    *(name for names in KINDS.values() for name in names),
    "feature_options",
    "chroma_correction",
    "score_transform",
    "description",
    "notes",
    "quality",
    *(
        name
        for name in _SIDECAR_FIELDS
        if "int8" in name or (name.startswith("quant_") and name != "quant_mode")
    ),
}

SIDECAR: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Sidecar of a tiny model",
    "type": "object",
    "required": [name for name in _SIDECAR_FIELDS if name not in _OPTIONAL],
    "additionalProperties": False,
    "properties": _SIDECAR_FIELDS,
    "allOf": [*(_if_kind(kind, list(names)) for kind, names in KINDS.items() if names), *_BY_FIGURES],
}
