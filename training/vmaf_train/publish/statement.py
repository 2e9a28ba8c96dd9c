# SPDX-License-Identifier: BSD-3-Clause
"""The sidecar of a model that takes no rows of features: filter, score without reference, plan or words.

Names, shapes and digests are read from the graph; what it can't tell, its maker states.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema
import onnx

from vmaf_dnn.errors import ModelRejected
from vmaf_train.files import sha256_of, write_json
from vmaf_train.onnx_files.scoring import load_graph, shape_of
from vmaf_train.publish.schemas import KINDS, SIDECAR
from vmaf_train.publish.sidecar import SCHEMA_VERSION, ModelFiles


@dataclass(frozen=True)
class Statement:
    """What the maker of a model states of it, beside its graph. Empty is not stated.

    `words` is the vocabulary in the order of the scores, `encoder` the sha256 of the fp32 file whose plans
    are read, `plan_shape` (vectors, numbers of each), `output_range` what reports clip to.
    """

    kind: str
    arch: str
    n_params: int
    description: str
    notes: str = ""
    output_range: tuple[float, float] | tuple[()] = ()
    plan_shape: tuple[int, int] | tuple[()] = ()
    words: Sequence[str] = ()
    encoder: str = ""

    def fields(self) -> dict[str, Any]:
        """Return what is stated, as in a sidecar."""
        stated = {
            name: list(value) if isinstance(value, tuple | list) else value
            for name, value in vars(self).items()
        }
        return {name: value for name, value in stated.items() if value or name == "n_params"}


def write_statement(
    files: ModelFiles, statement: Statement, training: Mapping[str, Any], provenance: object
) -> None:
    """Write sidecar and training record of a fresh fp32 export; quantising adds the int8 fields later.

    `training` is the record: JSON, of what the fit was asked and what came of it. Raises `ModelRejected`, and
    writes nothing, if the statement lacks what its kind states, or the graph is not of such a kind.
    """
    model = load_graph(files.onnx)
    graph = model.graph
    stated = statement.fields()
    sidecar: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "id": files.id,
        **{name: stated.pop(name) for name in ("kind", "arch", "n_params")},
        **{name: stated.pop(name) for name in ("description", "notes") if name in stated},
        "onnx": files.onnx.name,
        "opset": next(one.version for one in model.opset_import if one.domain == ""),
        "sha256": sha256_of(files.onnx),
        "size_bytes": files.onnx.stat().st_size,
        "input_name": graph.input[0].name,
        "input_shape": list(shape_of(graph.input[0])),
        "output_name": graph.output[0].name,
        "output_shape": list(shape_of(graph.output[0])),
        **stated,
        "quant_mode": "fp32",
        "training": files.training.name,
        "run_provenance": provenance,
    }
    faults = _schema_faults(sidecar) or list(graph_faults(sidecar, model))
    if faults:
        raise ModelRejected(f"The statement of {files.id} is wrong: {' '.join(faults)}")
    record = {"schema_version": SCHEMA_VERSION, "id": files.id, "sha256": sidecar["sha256"], **training}
    write_json(files.training, record | {"run_provenance": provenance})
    write_json(files.sidecar, sidecar)


def graph_faults(sidecar: Mapping[str, Any], model: onnx.ModelProto) -> Iterator[str]:
    """Yield a sentence for each thing that a sidecar says and its graph does not do."""
    kind = sidecar["kind"]
    if kind not in KINDS or kind == "fr":
        return
    inputs, outputs = (
        {value.name: shape_of(value) for value in values}
        for values in (model.graph.input, model.graph.output)
    )
    for name, shape in inputs.items():
        if shape[:1] != (1,):
            yield (
                f"The input {name} is {list(shape)}: a model of kind {kind} takes one thing a run, so that"
                " nothing depends on what is run beside it; export it with 1 as the first size."
            )
    (first, given), (made, _) = next(iter(inputs.items())), next(iter(outputs.items()))
    if kind == "filter" and given != outputs[made]:
        yield f"The filter makes {list(outputs[made])} of {list(given)}; a plane keeps its size."
    if kind == "plan" and outputs[made][1:] != tuple(sidecar["plan_shape"]):
        yield f"The output {made} is {list(outputs[made])}, but plan_shape says {sidecar['plan_shape']}."
    if kind == "words" and given[1:] != tuple(sidecar["plan_shape"]):
        yield f"The input {first} is {list(given)}, but plan_shape says {sidecar['plan_shape']}."
    if kind == "words" and outputs[made][-1] != len(sidecar["words"]):
        yield f"The output {made} is {list(outputs[made])}, but there are {len(sidecar['words'])} words."


def _schema_faults(sidecar: Mapping[str, Any]) -> list[str]:
    errors = jsonschema.Draft202012Validator(SIDECAR).iter_errors(sidecar)
    return [f"{error.message}{_reason(error.schema)}." for error in errors]


def _reason(schema: Mapping[str, Any]) -> str:
    return f" ({schema['description']})" if "description" in schema else ""
