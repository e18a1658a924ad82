"""What can be said of a cell's source without running it: the one place where cells are parsed."""

import ast
import re

from IPython.core.inputtransformer2 import TransformerManager

TRANSPARENT_MAGICS = ("%%time", "%%timeit", "%%capture")
"""Cell magics that run the cell below them as it is."""


def parse(source: str, *, ipython: bool = False) -> ast.Module | None:
    """Return a cell's syntax tree; None where there is no sense in it.

    Args:
        source: the cell.
        ipython: translate IPython's own syntax, `%` and `!`, as a kernel does; else a cell that has any is no Python. It takes
            time that a student can choose, so it is for workers.
    """
    try:
        return ast.parse(_python_of(source) if ipython else source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _python_of(source: str) -> str:
    lines = source.split("\n")
    while lines and (not lines[0].strip() or lines[0].startswith(TRANSPARENT_MAGICS)):
        del lines[0]
    return TransformerManager().transform_cell("\n".join(lines))


def squeezed(source: str) -> str:
    """Return text without blank lines and spaces at the ends of lines."""
    return "\n".join(line.rstrip() for line in source.split("\n") if line.strip())


def same_text(one: str, other: str) -> bool:
    """Tell whether two cells are the same but for blank lines and spaces at the ends of lines."""
    return squeezed(one) == squeezed(other)


def same_code(one: str, other: str) -> bool:
    """Tell whether two cells are the same but for comments, spaces and line breaks."""
    trees = parse(one), parse(other)
    return same_text(one, other) or (None not in trees and ast.dump(trees[0]) == ast.dump(trees[1]))


def is_stub(source: str, stub: str, name: str) -> bool:
    """Tell whether nothing was written: an empty cell, the stub, or a function that only raises NotImplementedError."""
    if same_code(source, stub):
        return True
    tree = parse(source)
    if tree is None:
        return False
    if not tree.body:
        return True
    (node, *others) = tree.body
    if others or not isinstance(node, ast.FunctionDef) or node.name != name:
        return False
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in names(body[0])


def statements(source: str) -> list[ast.stmt]:
    """Return the functions, classes and imports at the top level of a cell."""
    tree = parse(source)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return [node for node in tree.body if isinstance(node, kinds)] if tree else []


def bound(node: ast.stmt) -> list[str]:
    """Return the names that a function, a class or an import defines."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    return [node.name]


def names(tree: ast.AST) -> set[str]:
    """Return the names that code uses."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def used(source: str) -> set[str]:
    """Return the names that a cell uses; every word of it where it is no plain Python."""
    tree = parse(source)
    return names(tree) if tree else set(re.findall(r"\w+", source))


def segment(source: str, node: ast.stmt) -> str:
    """Return a statement's lines, decorators included."""
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    return "\n".join(source.split("\n")[first - 1 : node.end_lineno])


def defines(source: str, name: str) -> bool:
    """Tell whether code defines the function at its top level; code that cannot be compiled counts by its text."""
    return any(line.startswith((f"def {name}(", f"def {name} (", f"async def {name}(")) for line in source.split("\n"))
