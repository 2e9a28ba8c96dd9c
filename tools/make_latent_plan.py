# SPDX-License-Identifier: BSD-3-Clause
"""The figures and the pictures of docs/research/latent-plan.md: `python -m tools.make_latent_plan`.

Tables stand between markers, and come from the reports of `vmaf-train plan` and of
`tools.measure_plan_sizes`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np

from vmaf_dnn.plans import Captioner, Plan, PlanEncoder
from vmaf_train.files import read_json, write_bytes
from vmaf_train.plans.scenes import make_scenes

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "research" / "latent-plan.md"
SHEET = PAGE.with_name("latent-plan-scenes.png")
MODELS = ROOT / "model" / "plans"
SCENES = MODELS / "scene_plan_v1.report.json"
CONFIGS = ROOT / "training" / "configs"
PHOTOGRAPHS, SIZES = CONFIGS / "clothing_plan.report.json", CONFIGS / "plan_sizes.report.json"

ENTROPY = 0.5 * math.log(2 * 36) + 0.5 * math.log(2 * 2 * 36**2)
"""Nats of a scene's sentence: one thing of 36, or two and a relation, as likely."""


def scenes_table(report: dict[str, Any]) -> Iterable[str]:
    """What the shipped pair reaches, beside what is asked of it and what the findings reported."""
    judged, deployed = report["judged"], report["deployed"]
    loss = 0.9 * report["known_sentences"]["loss"] + 0.1 * judged["loss"]  # of scenes as they are drawn
    n_bits = (ENTROPY - loss) / math.log(2)
    rows = [
        ("18 classes, anywhere, both sizes", "100 %", _share(report["single_things"]), "100 % at one place"),
        (
            f"sentences never trained on, exact, of {judged['n_pictures']}",
            "95 %",
            _share(judged["exact"]),
            "0",
        ),
        ("those of them with two things", "", _share(report["two_things"]), ""),
        ("known sentences, new pictures, exact", "", _share(report["known_sentences"]["exact"]), ""),
        (
            "different captions ÷ different sentences",
            "0.9",
            f"{judged['n_said']} ÷ {judged['n_sentences']}",
            "1 ÷ 2 000",
        ),
        ("words of the sentence that are said", "98 %", _share(judged["words"]), "7.1 %"),
        (
            "loss of a sentence, nats; with another picture's plan",
            "10 times",
            f"{judged['loss']:.3f}; {judged['loss_of_others']:.1f}",
            "",
        ),
        ("bits that a plan tells of the sentence, at least", "", f"{n_bits:.1f}", ""),
        ("effective rank of a plan, of 16", "", f"{judged['rank']:.1f}", "1.0, repeated at half size"),
        (
            "share of a plan that differs between pictures",
            "",
            f"{judged['spread']:.2f}",
            "2e-6, repeated at half size",
        ),
        ("int8 encoder, exact (fp32 on the same)", "-1 point", _both(deployed, "int8_encoder"), ""),
        ("int8 decoder, exact (fp32 on the same)", "", _both(deployed, "int8_words"), ""),
    ]
    yield from _table(("on scenes", "asked", "measured", "the findings"), rows)


def bytes_table(report: dict[str, Any]) -> Iterable[str]:
    """What a plan takes on its way."""
    deployed = report["deployed"]
    rows = [
        ("fp16", "8 192", _share(deployed["fp32"])),
        ("int8, one scale", "4 100", _share(deployed["int8_plan"])),
    ]
    yield from _table(("numbers of a plan", "bytes behind the 48 of the header", "exact"), rows)


def sizes_table(report: dict[str, Any]) -> Iterable[str]:
    """Plans of several sizes, after fits of equal length."""
    rows = [
        (
            name.replace("x", " x "),
            f"{size['plan_bytes']:,}".replace(",", " "),
            _share(size["exact"]),
            _share(size["words"]),
            f"{size['loss']:.2f}",
            f"{size['rank']:.1f}",
        )
        for name, size in report["sizes"].items()
    ]
    yield from _table(("K x D", "bytes", "exact", "words", "loss, nats", "effective rank"), rows)


def photographs_table(report: dict[str, Any]) -> Iterable[str]:
    """17 garments."""
    judged, probe = report["judged"], report["probe"]
    rows = [
        (
            f"linear probe of the mean vector, {probe['n_classes']} classes, unseen",
            f"{_share(probe['right'])}, the commonest is {_share(probe['commonest'])}:"
            f" {probe['right'] / probe['commonest']:.1f} x",
            "32.1 %, the commonest is 27.5 to 28.2 %: 1.15 x",
        ),
        (
            "different captions ÷ different sentences",
            f"{judged['n_said']} ÷ {judged['n_sentences']}",
            "1 ÷ 2 000",
        ),
        ("whole caption exact", _share(judged["exact"]), "0"),
        ("words of the sentence that are said", _share(judged["words"]), "7.1 %"),
        (
            "loss of a sentence, nats; with another picture's plan",
            f"{judged['loss']:.2f}; {judged['loss_of_others']:.1f}",
            "",
        ),
    ]
    yield from _table(("on photographs", "measured", "the findings, on COCO"), rows)


TABLES = {
    "scenes": (scenes_table, SCENES),
    "bytes": (bytes_table, SCENES),
    "sizes": (sizes_table, SIZES),
    "photographs": (photographs_table, PHOTOGRAPHS),
}


def filled(page: str) -> str:
    """Return the page with its tables; in the place of one that is not measured, it says so."""
    for name, (table, report) in TABLES.items():
        missing = f"*Not measured yet: there is no {report.relative_to(ROOT)}; the commands are below.*"
        text = "\n".join(table(read_json(report))) if report.is_file() else missing
        begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}\n\n{text}\n\n{end}{rest.partition(end)[2]}"
    return page


def sheet(n_columns: int = 5, n_rows: int = 2) -> bytes:
    """A PNG of scenes with sentences never trained on, and what another process would say of them."""
    import io

    from PIL import Image, ImageDraw, ImageFont

    registry = MODELS / "registry.json"
    encoder, captioner = PlanEncoder(registry=registry), Captioner(registry=registry)
    scenes = make_scenes(4 * n_columns * n_rows, 5, held_out=True)
    first = {sentence: i for i, sentence in reversed(list(enumerate(scenes.sentences)))}  # each once
    scenes = scenes.chosen(np.sort(list(first.values()))[: n_columns * n_rows])
    side, width, height = 160, 176, 222
    image = Image.new("RGB", (n_columns * width, n_rows * height), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(12)
    for i, (pixels, sentence) in enumerate(zip(scenes.pixels, scenes.sentences, strict=True)):
        left, top = 8 + i % n_columns * width, 8 + i // n_columns * height
        picture = Image.fromarray(pixels).resize((side, side), Image.Resampling.NEAREST)
        image.paste(picture, (left, top))
        said = captioner.caption(Plan.from_bytes(encoder.encode(pixels).to_bytes()))
        text = "\n".join(wrap(said, 26))
        draw.multiline_text((left, top + side + 4), text, "black" if said == sentence else "red", font)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def main() -> None:
    """Write both."""
    write_bytes(PAGE, filled(PAGE.read_text()))
    write_bytes(SHEET, sheet())


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |".replace("  |", " |")


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _both(deployed: dict[str, float], name: str) -> str:
    return f"{_share(deployed[name])} ({_share(deployed['fp32'])})"


if __name__ == "__main__":
    main()
