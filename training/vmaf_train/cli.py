# SPDX-License-Identifier: BSD-3-Clause
"""The `vmaf-train` command line: parses, runs one command, writes its report, and sets the exit code.

Exit 0 on success, 1 for a failure or a missed gate (one line on stderr), 2 for usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import shtab
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from vmaf_dnn.errors import VmafDnnError
from vmaf_train.commands import Command, Context, Outcome
from vmaf_train.commands.table import COMMANDS, TABLE
from vmaf_train.files import Progress, no_progress, write_json
from vmaf_train.outputs import Outputs, UsageError, claimed
from vmaf_train.provenance import Run

_INTERRUPTED = 130  # as a shell reports SIGINT


def main(argv: Sequence[str] | None = None) -> int:
    """Run `vmaf-train` with `argv` (default: the process's) and return its exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    args = build_parser(words).parse_args(words)
    return _run(COMMANDS[args.command], args, words)


def build_parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """Build the command line; given its words, with the arguments of the one command that they name."""
    named = [word for word in words or () if word in TABLE][:1]
    wanted = named if words is not None and "--print-completion" not in words else list(TABLE)
    parser = argparse.ArgumentParser(
        prog="vmaf-train",
        description="Train, export, quantise, judge and register fusion models for vmaf_dnn.",
        epilog="The usual order: corpus, train, export, validate, ptq, quant-gate, registry; or `all`.",
    )
    shtab.add_argument_to(parser, "--print-completion", help="print a shell completion script and exit")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, _, summary) in TABLE.items():
        if name not in wanted:
            subparsers.add_parser(name, help=summary)
            continue
        command = COMMANDS[name]
        example = f"Example: {command.example}"
        subparser = subparsers.add_parser(name, help=summary, description=command.about, epilog=example)
        command.add_arguments(subparser)
        subparser.add_argument("--force", action="store_true", help="replace outputs that exist")
    return parser


def _run(command: Command, args: argparse.Namespace, words: Sequence[str]) -> int:
    console = Console(stderr=True)
    parsed = {key: value for key, value in vars(args).items() if key != "print_completion"}
    run = Run(Path(__file__), ("vmaf-train", *words), parsed)
    try:
        outputs = command.outputs(args)
        with claimed(outputs, force=args.force):
            with _bars(console) as progress:
                outcome = command.run(args, Context(run, progress))
            if outputs.report is not None:
                write_json(outputs.report, _report(command, outcome, run, outputs))
            outcome.finish()
    except UsageError as error:
        sys.stderr.write(f"vmaf-train {command.name}: {error}\n")
        return 2
    except (VmafDnnError, OSError) as error:
        sys.stderr.write(f"vmaf-train {command.name}: {' '.join(str(error).split())}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(f"vmaf-train {command.name}: interrupted; nothing is half-written, run it again.\n")
        return _INTERRUPTED
    sys.stdout.write("".join(f"{line}\n" for line in outcome.lines))
    return 0 if outcome.passed else 1


def _report(command: Command, outcome: Outcome, run: Run, outputs: Outputs) -> dict[str, object]:
    provenance = run.provenance(outcome.inputs, {**outputs.files, **outputs.updates})
    return {
        "command": command.name,
        "passed": outcome.passed,
        **outcome.figures,
        "run_provenance": provenance,
    }


@contextmanager
def _bars(console: Console) -> Iterator[Callable[[str], Progress]]:
    """Make progress bars on a terminal's stderr; on a pipe nothing is drawn."""
    if not console.is_terminal:
        yield lambda description: no_progress
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, TimeRemainingColumn(), console=console) as bars:

        def bar(description: str) -> Progress:
            task = bars.add_task(description, total=None)
            return lambda n_done, n_total: bars.update(task, completed=n_done, total=n_total)

        yield bar


if __name__ == "__main__":
    sys.exit(main())
