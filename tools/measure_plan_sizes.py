# SPDX-License-Identifier: BSD-3-Clause
"""Plans of several sizes, each fitted for as long: `python -m tools.measure_plan_sizes`.

Writes training/configs/plan_sizes.report.json after every fit, and goes on where it was ended. A fit of
1000 steps is far from done: the figures compare sizes, and are not what a size can reach.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import product
from pathlib import Path
from typing import Any

from vmaf_train.files import write_json
from vmaf_train.plans.fit import Recipe, fit
from vmaf_train.plans.judge import judge
from vmaf_train.plans.nets import Shape, n_params
from vmaf_train.plans.scenes import make_scenes

REPORT = Path(__file__).parents[1] / "training" / "configs" / "plan_sizes.report.json"
VECTORS, LENGTHS = (1, 4, 16, 32), (64, 256)
RECIPE = Recipe(n_steps=1000)
N_TRAINED, N_JUDGED = 8000, 500


def main() -> None:
    """Fit what is missing."""
    train = make_scenes(N_TRAINED, 1, held_out=False)
    judged = make_scenes(N_JUDGED, 2, held_out=True)
    report: dict[str, Any] = {
        "recipe": RECIPE.to_json(),
        "n_pictures": N_TRAINED,
        "n_judged": N_JUDGED,
        "sizes": {},
    }
    if REPORT.is_file():
        report["sizes"] = json.loads(REPORT.read_text())["sizes"]
    for length, n_vectors in product(LENGTHS, VECTORS):
        name = f"{n_vectors}x{length}"
        if name in report["sizes"]:
            continue
        begun = time.process_time()
        pair = fit(train, Shape(n_vectors, length), RECIPE)
        seconds = round(time.process_time() - begun)
        figures = judge(pair, judged).to_json()
        sizes = {"plan_bytes": 2 * n_vectors * length, "n_params": n_params([pair.encoder, pair.decoder])}
        report["sizes"][name] = {**sizes, "core_seconds": seconds, **figures}
        write_json(REPORT, report)
        print(f"{name}: {figures['exact']:.1%} exact, {seconds} core-seconds", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
