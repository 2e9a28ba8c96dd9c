# SPDX-License-Identifier: BSD-3-Clause
"""Completion scripts: flags and their words come from the grammar, files and model ids are added here."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import shtab

from vmaf_dnn.registry import models

_FILES = {"FILE", "DIR", "REPORT", "A", "B"}
_MODELS = {"MODEL", "ID|PATH"}


def completion_script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the script that teaches `shell` our flags, files and the ids of the default registry."""
    ids = " ".join(model.id for model in models())
    preamble = {
        "bash": f'_vmaf_dnn_models() {{ compgen -W "{ids}" -- "$1"; compgen -f -- "$1"; }}\n',
        "zsh": f"_vmaf_dnn_models() {{ compadd {ids}; _files }}\n",
    }
    for action in _actions(parser):
        if action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        if action.metavar in _MODELS:
            action.complete = {**shtab.FILE, "bash": "_vmaf_dnn_models", "zsh": "_vmaf_dnn_models"}  # type: ignore[attr-defined]
    return shtab.complete(parser, shell=shell, preamble=preamble.get(shell, ""))


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from _actions(child)
