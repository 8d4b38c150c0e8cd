"""Which tables a notebook reads, as they are named in its code.

Knows: how code names a table. Must not know: what a table holds, how a notebook runs. May import:
errors, declarations.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterable, Mapping
from typing import Any

from techdiplomacy.declarations import TABLES
from techdiplomacy.errors import InvalidPage

_PACKAGE = "techdiplomacy"


def tables_read(cells: Iterable[Mapping[str, Any]], notebook: str) -> set[str]:
    """Return the feature and result tables that are named in the code of a notebook.

    A table is named by itself, or in a constant of a module of the package, such as ``NEEDED``.

    Raises
    ------
    InvalidPage
        If a cell is not plain Python.
    """
    found: set[str] = set()
    modules: dict[str, str] = {}
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        for node in ast.walk(code_of(cell, notebook)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.ImportFrom) and node.module == _PACKAGE:
                modules |= {one.asname or one.name: one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_PACKAGE):
                for one in node.names:
                    found |= _names_in(str(node.module), one.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                module = modules.get(node.value.id, "")
                found |= _names_in(f"{_PACKAGE}.{module}", node.attr) if module else set()
    return {name for name in found if name in TABLES and TABLES[name].step != "clean"}


def modules_imported(cells: Iterable[Mapping[str, Any]], notebook: str) -> set[str]:
    """Return the modules that the code of a notebook imports.

    Raises
    ------
    InvalidPage
        If a cell is not plain Python.
    """
    found: set[str] = set()
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        for node in ast.walk(code_of(cell, notebook)):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module == _PACKAGE:
                found |= {f"{_PACKAGE}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
    return found


def code_of(cell: Mapping[str, Any], notebook: str) -> ast.Module:
    """Return the code of a cell, parsed.

    Raises
    ------
    InvalidPage
        If it is not plain Python.
    """
    try:
        return ast.parse("".join(cell["source"]))
    except SyntaxError as error:
        raise InvalidPage(
            f"The code is not plain Python ({error.msg}, line {error.lineno}).",
            where=f"notebooks/{notebook}.ipynb, cell '{cell.get('id', '?')}'",
            next_step="Write it without magics such as %time or !command: the pipeline reads which "
            "tables a notebook uses from its code.",
        ) from error


def _names_in(module: str, constant: str) -> set[str]:
    """Return the words in a constant of a module; none, if it is no constant."""
    if not constant.isupper():
        return set()
    value = getattr(importlib.import_module(module), constant, ())
    words = value if isinstance(value, tuple | list | set | frozenset | dict) else ()
    return {word for word in words if isinstance(word, str)}
