# SPDX-License-Identifier: BSD-3-Clause
"""Print requirements of pyproject.toml, one a line.

Names: `build` (what builds without isolation), `project`, an extra, a dependency group, or `lowest`: the
run-time dependencies in the lowest versions that pyproject.toml admits.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PYPROJECT = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text())
RUNTIME = ("project", "video", "av", "verify", "models")


def named(name: str) -> list[Any]:
    """Return what stands in pyproject.toml under this name."""
    groups = PYPROJECT["dependency-groups"]
    return {
        **groups,
        **PYPROJECT["project"]["optional-dependencies"],
        "project": PYPROJECT["project"]["dependencies"],
        # The PyPI cmake and ninja, since without build isolation nothing else brings them.
        "build": [*PYPROJECT["build-system"]["requires"], *groups["build"]],
    }[name]


def requirements(name: str) -> Iterator[str]:
    """Yield the requirements of a name, without the project itself."""
    for entry in named(name):
        if isinstance(entry, dict):
            yield from requirements(entry["include-group"])
        elif entry.startswith("vmaf-dnn["):
            for extra in entry.removeprefix("vmaf-dnn[").removesuffix("]").split(","):
                yield from requirements(extra)
        else:
            yield entry.replace(" ", "")


def lowest() -> Iterator[str]:
    """Yield each run-time dependency at its lower bound; pyarrow too: its newest needs NumPy 2 unsaid."""
    named = [requirement for name in RUNTIME for requirement in requirements(name)]
    named += [requirement for requirement in requirements("training") if requirement.startswith("pyarrow")]
    for requirement in named:
        package, _, versions = requirement.partition(">=")
        yield f"{package}=={versions.partition(',')[0]}"


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(*(lowest() if argument == "lowest" else requirements(argument)), sep="\n")
