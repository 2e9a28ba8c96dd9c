# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn ladder`: a ladder of reports that were written before."""

from __future__ import annotations

import argparse
from pathlib import Path

from vmaf_dnn.cli.destination import check_output
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.ladder import add_grouping_flags
from vmaf_dnn.cli.ladder import print_ladder
from vmaf_dnn.ladders import Ladder
from vmaf_dnn.ladders.files import read_reports
from vmaf_dnn.ladders.writing import as_json, check_suffix
from vmaf_dnn.report.limits import parse_limits


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    files = "reports in JSON or XML with bit rates (vmaf-dnn … --ladder --json -o DIR), or folders of them"
    parser.add_argument("report", metavar="REPORT", nargs="+", help=files)
    flags = FlagGroup(parser)
    add_grouping_flags(flags)
    flags.text("--anchor", metavar="NAME", help="the group to compare others with (default: the first)")
    flags.text("--metric", metavar="NAME", help="the score to compare (default: the first in all reports)")
    flags.text("--pool", metavar="WORD", default=None, help="its pooling (default: mean)")
    written = "write a .json, .csv, .png or .svg; repeatable"
    flags.text("-o", "--output", action="append", default=[], help=written)
    flags.switch("--json", help="print JSON")


def run(arguments: argparse.Namespace) -> None:
    """Print the ladder, and write it where the flags say. Raises `VmafDnnError`."""
    targets = () if arguments.target is None else parse_limits(arguments.target)
    for file in arguments.output:
        check_suffix(Path(file))
        check_output(file, arguments.report)
    reports = read_reports(arguments.report)
    ladder = Ladder.of(
        reports,
        group=arguments.group,
        metric=arguments.metric,
        pool=arguments.pool,
        anchor=arguments.anchor,
    )
    for file in arguments.output:
        ladder.write(file)
    if arguments.json:
        print(as_json(ladder), end="")
    else:
        print_ladder(ladder, targets)
