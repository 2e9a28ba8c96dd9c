# SPDX-License-Identifier: BSD-3-Clause
"""Print requirements of pyproject.toml: `build`, `project`, or the name of an extra."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

pyproject = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text())
groups = {
    # The PyPI cmake and ninja, since without build isolation nothing else brings them.
    "build": [*pyproject["build-system"]["requires"], "cmake>=3.24", "ninja"],
    "project": pyproject["project"]["dependencies"],
    **pyproject["project"]["optional-dependencies"],
}
wanted = [requirement for name in sys.argv[1:] for requirement in groups[name]]
print(*(requirement.replace(" ", "") for requirement in wanted if not requirement.startswith("vmaf-dnn")))
