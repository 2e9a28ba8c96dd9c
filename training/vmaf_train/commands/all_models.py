# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train all`."""

from __future__ import annotations

import argparse
import tempfile
from functools import partial
from pathlib import Path

from vmaf_train.commands import Command, Context, Outcome, add_report, beside
from vmaf_train.commands.validate import table_lines
from vmaf_train.data.table import read_held_out, read_tables, split_by_source
from vmaf_train.outputs import Outputs
from vmaf_train.publish.cards import write_cards
from vmaf_train.publish.evaluation import Evaluation
from vmaf_train.publish.plan import Built, build, differing, publish, published, read_plan


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", type=Path, required=True, help="which models, from which table, behind which gate"
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder of the models and their registry")
    parser.add_argument(
        "--check", action="store_true", help="replace nothing; compare the bytes with those in --out"
    )
    add_report(parser, "<config>.report.json; none with --check")


def _outputs(args: argparse.Namespace) -> Outputs:
    if args.check:
        return Outputs(report=args.report)
    models = published(read_plan(args.config), args.out)
    return Outputs({"models": models}, args.report or beside(args.config))


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    plan = read_plan(args.config)
    split = split_by_source(read_tables(plan.data), read_held_out(plan.held_out))
    inputs = {"config": args.config, "data": plan.data, "held_out": plan.held_out}
    provenance = partial(context.run.provenance, inputs)
    with tempfile.TemporaryDirectory() as name:
        staging = Path(name)
        built = [
            build(model, split, plan, staging, provenance, context.progress(model.id))
            for model in plan.models
        ]
        write_cards(staging / plan.cards, {one.files.id: _figures(one) for one in built}, plan.against)
        changed = differing(built, args.out)
        outputs = [] if args.check else publish(staging, args.out)
    verdict = f"differ from {args.out}: {', '.join(changed)}" if changed else f"same bytes as in {args.out}"
    return Outcome(
        lines=[*_lines(built), verdict if args.check else f"{len(outputs)} files in {args.out}"],
        figures={
            "gate": plan.gate.to_json(),
            "changed": changed,
            "models": {one.files.id: _figures(one) for one in built},
        },
        inputs=inputs,
        passed=not (args.check and changed),
    )


def _lines(built: list[Built]) -> list[str]:
    evaluations: dict[str, Evaluation] = {}
    for one in built:
        evaluations |= {one.files.id: one.fp32, f"{one.files.id} int8": one.int8}
    return table_lines(evaluations)


def _figures(one: Built) -> dict[str, object]:
    return {
        "fp32": one.fp32.to_json(),
        "int8": one.int8.to_json(),
        "int8_drift": one.verdict.drift.to_json(),
        "quant_gate": one.verdict.to_json(),
        "quant_tried": [attempt.to_json() for attempt in one.tried],
        **({"displays": _by_display(one)} if one.by_display else {}),
    }


def _by_display(one: Built) -> dict[str, object]:
    """Return each id's figures, of scores as its reports show them."""
    return {
        id_: {"fp32": fp32.overall.to_json(), "int8": int8.overall.to_json()}
        for id_, (fp32, int8) in one.by_display.items()
    }


COMMAND = Command(
    name="all",
    about=(
        "Trains, exports, quantises and judges each model of a plan; only if all pass the gate are the"
        " files in --out replaced and the registry written, of the other models there, too."
        " The same table, plan and machine give the same"
        " bytes: --check proves it."
    ),
    example="vmaf-train all --config training/configs/shipped.json --out model/tiny",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
