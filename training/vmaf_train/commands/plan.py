# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train plan`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from vmaf_dnn.errors import ModelRejected
from vmaf_train.commands import Command, Context, Outcome, add_report, beside, positive
from vmaf_train.commands.fit_arguments import not_negative
from vmaf_train.outputs import Outputs
from vmaf_train.plans.data import Data, read_data
from vmaf_train.plans.export import PARITY, export
from vmaf_train.plans.fit import Recipe, fit
from vmaf_train.plans.judge import Bars, Figures, judge
from vmaf_train.plans.nets import STEMS, Shape
from vmaf_train.plans.probe import probe_of
from vmaf_train.plans.publish import PairFiles, write_pair
from vmaf_train.plans.quantised import quantise_pair
from vmaf_train.publish.registry import write_registry

_SCENES = Recipe()
_PHOTOGRAPHS = Recipe(n_steps=2500, decay=0.05, drop_plan=0.1, shake=True)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        required=True,
        metavar="scenes|FOLDER",
        help="coloured shapes, or pictures with captions.csv",
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="the encoder to write; its stem becomes the id (.onnx)"
    )
    parser.add_argument("--words", type=Path, help="the decoder (default: as --out, with words for plan)")
    parser.add_argument(
        "--steps", type=positive, help="of 64 pictures (default: 6000 scenes, 2500 of a folder)"
    )
    parser.add_argument("--pool", type=positive, default=24_000, help="scenes to draw (default: %(default)s)")
    parser.add_argument(
        "--judged", type=positive, default=2000, help="scenes to judge by (default: %(default)s)"
    )
    parser.add_argument("--vectors", type=positive, default=16, help="K of a plan (default: %(default)s)")
    parser.add_argument("--length", type=positive, default=256, help="D of a plan (default: %(default)s)")
    parser.add_argument(
        "--stem", choices=sorted(STEMS), help="(default: light for scenes, deep for a folder)"
    )
    parser.add_argument(
        "--no-shake",
        action="store_true",
        help="leave pictures of a folder as they are; for left and right, sizes and places",
    )
    parser.add_argument(
        "--zero-plan", action="store_true", help="a control that must fail: fit the words to a plan of zeros"
    )
    parser.add_argument(
        "--exact",
        type=_a_share,
        help="share of held-out sentences that must be exact (default: 0.95 of scenes)",
    )
    parser.add_argument("--seed", type=not_negative, default=0, help="same seed, same bytes (default: 0)")
    parser.add_argument("--no-register", action="store_true", help="leave the folder's registry.json alone")
    add_report(parser, "<out>.report.json")


def _outputs(args: argparse.Namespace) -> Outputs:
    files = PairFiles.beside(args.out, args.words)
    updates = {} if args.no_register else {"registry": args.out.with_name("registry.json")}
    return Outputs(files.written(), args.report or beside(args.out), updates)


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    files = PairFiles.beside(args.out, args.words)
    data = read_data(args.data, args.pool, args.judged, context.progress("pictures"))
    shape, recipe = _asked(args, data)
    pair = fit(data.train, shape, recipe, context.progress("fit"))
    figures = judge(pair, data.judged)
    known = judge(pair, data.known) if data.known else None
    single = data.single_share(pair)
    _refuse(args, data, figures, single)
    both = data.two_things_share(pair)
    found = probe_of(pair, data.train, data.judged)
    measured: dict[str, object] = {
        "shape": shape.to_json(),
        "recipe": recipe.to_json(),
        "n_pictures": len(data.train),
        "judged": figures.to_json(),
        **({"known_sentences": known.to_json()} if known else {}),
        **({"single_things": single} if single is not None else {}),
        **({"two_things": round(both, 6)} if both is not None else {}),
        **({"probe": found.to_json()} if found else {}),
    }
    exported = export(pair, data.judged)
    provenance = context.run.provenance(data.inputs, {})
    write_pair(files, pair, exported, data.texts(figures), measured, provenance)
    deployed = quantise_pair(files, data.train, data.judged)
    if not args.no_register:
        write_registry(args.out.parent)
    return Outcome(
        lines=[
            f"{files.encoder.id} and {files.words.id}: {figures.exact:.1%} of {figures.n_pictures} sentences"
            f" exact, {figures.n_said} captions for {figures.n_sentences} sentences, loss {figures.loss:.3f}"
            f" and {figures.loss_of_others:.2f} nats with another's plan",
            *([str(found)] if found else []),
            f"by the files, of {deployed.n_pictures}: {deployed.fp32:.1%} exact; int8 encoder"
            f" {deployed.int8_encoder:.1%}, int8 words {deployed.int8_words:.1%}, plan of one"
            f" byte a number {deployed.int8_plan:.1%}",
        ],
        figures=measured
        | {
            "parity": {"encoder": exported.encoder_error, "words": exported.decoder_error, "limit": PARITY},
            "deployed": deployed.to_json(),
        },
        inputs=data.inputs,
    )


def _asked(args: argparse.Namespace, data: Data) -> tuple[Shape, Recipe]:
    stem = args.stem or ("light" if data.is_scenes else "deep")
    recipe = _SCENES if data.is_scenes else _PHOTOGRAPHS
    recipe = replace(
        recipe,
        n_steps=args.steps or recipe.n_steps,
        seed=args.seed,
        shake=recipe.shake and not args.no_shake,
        zero_plan=args.zero_plan,
    )
    return Shape(args.vectors, args.length, stem), recipe


def _refuse(args: argparse.Namespace, data: Data, figures: Figures, single: float | None) -> None:
    if figures.collapse:
        raise ModelRejected(f"{figures.collapse} Nothing is written; train longer, or on more pictures.")
    if args.exact is not None:
        missed = Bars(args.exact, 0, 0, 0, 0).missed(figures)
    else:
        missed = Bars().missed(figures, single) if data.is_scenes else []
    if missed:
        raise ModelRejected(f"{' '.join(missed)} Nothing is written; train longer, or lower --exact.")


def _a_share(text: str) -> float:
    if not 0 <= (value := float(text)) <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share; give 0 to 1")
    return value


COMMAND = Command(
    name="plan",
    about=(
        "Fits a pair of models together: one makes a plan, K vectors, of a picture of 64x64, the other says"
        " it in words. Scenes are drawn, coloured shapes whose sentences are known; a folder holds pictures"
        " and captions.csv (file, caption, and perhaps label, which a linear probe is to find). A tenth of"
        " the sentences of scenes, an eighth of the pictures of a folder, are kept for judging. A pair that"
        " says the same of every picture is refused."
    ),
    example="vmaf-train plan --data scenes --out model/plans/scene_plan_v1.onnx",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
