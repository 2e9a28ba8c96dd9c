# SPDX-License-Identifier: BSD-3-Clause
"""Words of a command line that belong to no flag, and what was probably meant."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Sequence

_NUMBER = re.compile(r"-\d+(\.\d*)?")


def check_words(parser: argparse.ArgumentParser, argv: Sequence[str]) -> None:
    """End the process as argparse does, where a word is neither a flag, nor a flag's, nor a verb.

    argparse would take the first such word for a verb, and say nothing of what is wrong.
    """
    verbs = _verbs(parser)
    flag: argparse.Action | None = None  # the one whose value may come next
    last = ""
    for i, word in enumerate(argv):
        if word.startswith("-") and word != "-" and not (flag and _NUMBER.fullmatch(word)):
            name, has_value, _ = word.partition("=")
            flag = _action(parser, name)
            if flag is None:
                value = [after for after in argv[i + 1 : i + 2] if not after.startswith("-")]
                parser.error(f"unrecognized arguments: {shlex.join([word, *value])}{_meant(parser, name)}")
            last, flag = name, None if has_value or flag.nargs == 0 or _is_glued(word) else flag
        elif flag is not None:
            flag = None
        elif word in verbs:
            return  # its words are its own
        else:
            parser.error(_stray(word, argv[:i], argv[i + 1 :], last, verbs))


def _verbs(parser: argparse.ArgumentParser) -> Sequence[str]:
    actions = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return [verb for action in actions for verb in action.choices]


def _action(parser: argparse.ArgumentParser, name: str) -> argparse.Action | None:
    flags = parser._option_string_actions
    return flags.get(name) or (flags.get(name[:2]) if _is_glued(name) else None)


def _is_glued(word: str) -> bool:
    """Whether it is a short flag with its value, or with other short flags: ``-w1920``."""
    return len(word) > 2 and not word.startswith("--")


def _meant(parser: argparse.ArgumentParser, name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, parser._option_string_actions, 1, 0.75)
    return f"; did you mean {close[0]}?" if close else ""


def _stray(word: str, before: Sequence[str], after: Sequence[str], last: str, verbs: Sequence[str]) -> str:
    clips = [word, *(name for name in after if not name.startswith("-"))]
    if last in ("-d", "--distorted"):
        given = [before[-1], *clips]
        return f"{word!r} stands alone; repeat the flag for each clip: {_distorted(given)}"
    if last in ("-r", "--reference"):
        return f"{word!r} stands alone; the distorted clip needs a flag: {_distorted(clips)}"
    if not before and len(clips) > 1:
        cure = f"vmaf-dnn -r {shlex.quote(word)} {_distorted(clips[1:])}"
        return f"{word!r} is no verb ({', '.join(verbs)}); clips are named by flags: {cure}"
    return (
        f"{word!r} stands alone: it is no verb ({', '.join(verbs)}), and clips are named by -r REFERENCE"
        " and -d DISTORTED"
    )


def _distorted(clips: Sequence[str]) -> str:
    return " ".join(f"-d {shlex.quote(clip)}" for clip in clips)
