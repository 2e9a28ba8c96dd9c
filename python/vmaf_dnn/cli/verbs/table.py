# SPDX-License-Identifier: BSD-3-Clause
"""Which verbs there are; a run without one, which should start quickly, loads none of them."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from importlib import import_module
from typing import Protocol, cast

from vmaf_dnn.cli.help import Formatter

VERBS = {
    "probe": "say what clips are and whether they can be compared",
    "models": "list the registry",
    "info": "open a model and say what was loaded and why",
    "verify": "check every file of a registry: digest, size, contract, signature",
    "demo": "make, encode and score a clip; a table and a plot",
    "ladder": "groups, BD-rates and the hull of reports with bit rates",
    "compare": "say whether two encodes differ, frame by frame of their reports",
    "nr": "score a clip that has no reference",
    "search": "find the CRF or the bitrate of an encoder that reaches a target quality",
    "filter": "write a clip with its luma filtered by a model",
    "batch": "score the pairs of a manifest on many workers, local or a Dask cluster",
    "plan": "make plans of pictures: 8 KB each that say what is there",
    "caption": "say in a sentence what each plan holds",
}


class Verb(Protocol):
    """What the module of a verb holds."""

    def add_flags(self, parser: argparse.ArgumentParser) -> None:
        """Add its flags."""

    def run(self, arguments: argparse.Namespace) -> None:
        """Do its work. Raises `VmafDnnError`."""


def add_verbs(parser: argparse.ArgumentParser, named: Collection[str] = tuple(VERBS)) -> None:
    """Add the verbs to the grammar, with the flags of those that are `named`."""
    verbs = parser.add_subparsers(title="verbs", dest="verb", metavar="", prog="vmaf-dnn")
    for name, help in VERBS.items():
        verb = verbs.add_parser(
            name,
            help=help,
            description=help,
            formatter_class=Formatter,
            allow_abbrev=False,
            add_help=False,
        )
        if name in named:
            _module(name).add_flags(verb)
            short = [] if "-h" in verb._option_string_actions else ["-h"]  # height, where clips are read
            verb.add_argument(*short, "--help", action="help", help="print this help")


def run_verb(arguments: argparse.Namespace) -> None:
    """Run the verb of `arguments`. Raises `VmafDnnError`."""
    _module(arguments.verb).run(arguments)


def _module(name: str) -> Verb:
    return cast(Verb, import_module(f"vmaf_dnn.cli.verbs.{name}"))
