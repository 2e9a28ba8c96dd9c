# SPDX-License-Identifier: BSD-3-Clause
"""Which tools there are: the name of each is that of its module, its docstring what clients read of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from vmaf_dnn.mcp.answer import Answer, Result
from vmaf_dnn.mcp.desk import Desk
from vmaf_dnn.mcp.tools import (
    compare_models,
    describe_model,
    describe_worst_frames,
    eval_model_on_split,
    ladder,
    list_models,
    vmaf_score,
)
from vmaf_dnn.mcp.tools.arguments import Arguments


@dataclass(frozen=True)
class Tool:
    """A tool: what it takes, what it gives, and the function that does it."""

    name: str
    title: str
    description: str
    arguments: type[Arguments]
    result: type[Result]
    work: Callable[[Any, Desk], Answer]
    measures: bool
    """Whether it measures clips, which takes long and all CPUs."""


def _tool(module: ModuleType, title: str, *, measures: bool) -> Tool:
    name, description = module.__name__.rpartition(".")[2], inspect.getdoc(module.run) or ""
    return Tool(name, title, description, module.Asked, module.Found, module.run, measures)


TOOLS = {
    tool.name: tool
    for tool in (
        _tool(vmaf_score, "Score an encode", measures=True),
        _tool(describe_worst_frames, "Show the worst frames", measures=True),
        _tool(ladder, "Compare encodes at several rates", measures=True),
        _tool(compare_models, "Compare models", measures=True),
        _tool(list_models, "List the models", measures=False),
        _tool(describe_model, "Describe a model", measures=False),
        _tool(eval_model_on_split, "Judge a model on a table", measures=False),
    )
}
