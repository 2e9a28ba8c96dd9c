# SPDX-License-Identifier: BSD-3-Clause
"""What is said when something fails is a sentence: it ends with a full stop, in C++ as in Python."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.paths import ROOT

SOURCES = sorted(
    path
    for folder in ("python/vmaf_dnn", "training/vmaf_train")
    for path in (ROOT / folder).rglob("*.py")
    if path.name != "__init__.py"
)
CLASSES = {
    node.name
    for node in ast.parse((ROOT / "python" / "vmaf_dnn" / "errors.py").read_text()).body
    if isinstance(node, ast.ClassDef)
}
# The end is another error's own sentence.
QUOTED = {"skipped[0].reason", "first.failures[0]", "' '.join(faults)"}
CPP_MESSAGE = re.compile(r'Error\(Code::\w+,[^;]*?"([^"\n]*)"\);')


def end_of(message: ast.expr) -> str:
    """The last characters of a message; a value in place of them is spelt as in the source."""
    if isinstance(message, ast.Constant):
        return str(message.value)
    if isinstance(message, ast.JoinedStr):
        return end_of(message.values[-1])
    return ast.unparse(message.value if isinstance(message, ast.FormattedValue) else message)


def messages(path: Path) -> list[tuple[int, str]]:
    """Lines and ends of the messages with which errors of ours are raised."""
    raised = [node.exc for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Raise)]
    calls = [call for call in raised if isinstance(call, ast.Call) and call.args]
    literal = (ast.Constant, ast.JoinedStr)
    return [
        (call.lineno, end_of(call.args[0]))
        for call in calls
        if getattr(call.func, "id", "") in CLASSES and isinstance(call.args[0], literal)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_errors_of_python_end_with_a_full_stop(path: Path) -> None:
    ends = [(line, end) for line, end in messages(path) if end not in QUOTED]
    assert [(line, end[-40:]) for line, end in ends if not end.endswith(".")] == []


def test_errors_of_cpp_end_with_a_full_stop() -> None:
    sources = sorted((ROOT / "csrc").rglob("*.cc"))
    ends = [(path.name, end) for path in sources for end in CPP_MESSAGE.findall(path.read_text())]
    assert len(ends) > 50
    assert [(name, end) for name, end in ends if not end.endswith(".")] == []
