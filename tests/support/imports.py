# SPDX-License-Identifier: BSD-3-Clause
"""What the modules of a package import from one another, read from their source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path


@cache
def modules_of(package: Path) -> dict[str, Path]:
    """Full name -> file; a folder's face is its `__init__`."""
    paths = [path for path in package.rglob("*.py*") if path.suffix in (".py", ".pyi")]
    return {".".join(path.relative_to(package.parent).with_suffix("").parts): path for path in sorted(paths)}


def imports_of(package: Path, module: str, *, anywhere: bool = False) -> set[str]:
    """Modules of the same package that `module` imports at its top level, or `anywhere` in it.

    What only type checkers import does not count.
    """
    modules = modules_of(package)
    tree = ast.parse(modules[module].read_text())
    found: set[str] = set()
    for node in statements(tree, anywhere=anywhere):
        if isinstance(node, ast.Import):
            found |= {resolved(alias.name, modules) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = absolute(node, module)
            found |= {resolved(f"{origin}.{alias.name}", modules) for alias in node.names}
    return found - {"", module}


def statements(node: ast.AST, *, anywhere: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for_types = isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")
        if not for_types and (anywhere or not is_function):
            yield from statements(child, anywhere=anywhere)


def absolute(node: ast.ImportFrom, module: str) -> str:
    """The module that `from … import` names, dots and all."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")[: -node.level]
    return ".".join([*parts, node.module] if node.module else parts)


def resolved(name: str, modules: dict[str, Path]) -> str:
    """The module of the package that `name` is, or is defined in; "" outside of the package."""
    for candidate in (name, f"{name}.__init__"):
        if candidate in modules:
            return candidate
    parent = name.rpartition(".")[0]
    return resolved(parent, modules) if parent else ""
