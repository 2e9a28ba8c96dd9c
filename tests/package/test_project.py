# SPDX-License-Identifier: BSD-3-Clause
"""What stands in several files of the project says the same in all of them."""

from __future__ import annotations

import re
import tomllib

import vmaf_dnn
from tests.support.paths import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_the_version_is_one() -> None:
    version = PYPROJECT["project"]["version"]
    header = (ROOT / "csrc" / "include" / "vmaf_dnn" / "vmaf_dnn.h").read_text()
    parts = [re.search(rf"VMAF_DNN_VERSION_{part} (\d+)", header) for part in ("MAJOR", "MINOR", "PATCH")]
    assert ".".join(part[1] for part in parts if part) == version
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"## {version} " in (ROOT / "CHANGELOG.md").read_text()
    assert vmaf_dnn.__version__ == version


def test_the_lock_pins_every_dependency() -> None:
    """A package that is in no lock would come in whatever version is the newest."""
    locked = {
        re.split(r"[=\[ ]", line)[0].lower().replace("_", "-")
        for line in (ROOT / "requirements" / "lock.txt").read_text().splitlines()
        if line and line[0] not in "# "
    }
    groups = [
        *PYPROJECT["project"]["optional-dependencies"].values(),
        *PYPROJECT["dependency-groups"].values(),
    ]
    named = [PYPROJECT["project"]["dependencies"], PYPROJECT["build-system"]["requires"], *groups]
    wanted = {
        re.split(r"[<>=\[ ]", entry)[0].lower().replace("_", "-")
        for group in named
        for entry in group
        if isinstance(entry, str) and not entry.startswith("vmaf-dnn")
    }
    assert wanted - locked == set()


def has_target(makefile: str, name: str) -> bool:
    return re.search(rf"^{re.escape(name)}:", makefile, re.MULTILINE) is not None


def test_workflows_run_make_targets_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for workflow in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = workflow.read_text()
        commands = re.findall(r"\brun: (.+)", text)
        assert commands
        targets = [re.fullmatch(r"make (\S+|\$\{\{ matrix\.target \}\})", command) for command in commands]
        assert all(targets), f"{workflow.name} runs more than make targets: {commands}"
        names = [target[1] for target in targets if target and "$" not in target[1]]
        names += [name for row in re.findall(r"target: \[(.+)\]", text) for name in row.split(", ")]
        assert [name for name in names if not has_target(makefile, name.split(" ")[0])] == []


def test_pre_commit_runs_the_tools_of_make_lint() -> None:
    makefile = (ROOT / "Makefile").read_text()
    recipe = makefile.partition("\nSCHEMA :=")[2].partition("\nformat:")[0]
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    tools = set(re.findall(r"\$\(BIN\)/([\w-]+)", recipe))
    assert tools == set(re.findall(r"\.venv/bin/([\w-]+)", hooks)) >= {"ruff", "mypy", "actionlint"}
