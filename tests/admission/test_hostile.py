# SPDX-License-Identifier: BSD-3-Clause
"""Every hostile file is refused with its own sentence, at once, and for little memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT
from tools import make_hostile

pytestmark = pytest.mark.slow


FILES = [(kind, name) for kind, files in make_hostile.KINDS.items() for name in files]
ERRORS = {
    "onnx": {"ModelRejected"},
    "registry": {"RegistryInvalid", "ModelRejected"},
    "sidecar": {"RegistryInvalid", "ModelRejected"},
    "y4m": {"VideoError"},
    "json": {"InvalidArgument"},
}

Costs = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> Costs:
    """What measure_hostile.py found, by kind and name."""
    folder = tmp_path_factory.mktemp("hostile")
    make_hostile.main(folder)
    command: list[str | Path] = [sys.executable, "-m", "tools.measure_hostile", folder]
    lines = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=300
    ).stdout.splitlines()
    return {(line["kind"], line["name"]): line for line in map(json.loads, lines)}


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_is_refused_with_its_sentence(costs: Costs, kind: str, name: str) -> None:
    cost = costs[kind, name]
    assert "died" not in cost, cost
    assert cost["error"] in ERRORS[kind], cost
    assert re.search(make_hostile.KINDS[kind][name].says, cost["said"]), cost["said"]


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_costs_little(costs: Costs, kind: str, name: str) -> None:
    assert costs[kind, name]["seconds"] < 1
    assert costs[kind, name]["n_bytes"] < 256 << 20


def test_no_two_files_are_one() -> None:
    seen: dict[bytes, tuple[str, str]] = {}
    for kind, files in make_hostile.KINDS.items():
        for name, hostile in files.items():
            data = kind.encode() + hostile.make()
            assert data not in seen, (kind, name, seen[data])
            seen[data] = kind, name
    assert len(seen) > 100
