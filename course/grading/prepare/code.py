"""What can be said of a cell's source without running it: the one place where cells are parsed."""

import ast
from collections.abc import Iterator
from functools import lru_cache
import re
import symtable

from IPython.core.inputtransformer2 import TransformerManager

TRANSPARENT_MAGICS = ("%%time", "%%timeit", "%%capture")
"""Cell magics that run the cell below them as it is."""
MAGIC = re.compile(r"^\s*[%!?]|=\s*[%!]|\?\s*$")
MAX_MAGICS = 50
"""Lines that may be in IPython's own syntax: each makes IPython read the whole cell once more."""
MAX_SOURCE = 2**19
"""Characters of a cell that is parsed; a longer one is taken as mere text."""
NO_PYTHON = (SyntaxError, ValueError, RuntimeError, MemoryError)
"""What is raised where there is no sense in a cell; a RuntimeError is IPython's, or nesting that is too deep."""
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def parse(source: str, *, ipython: bool = False) -> ast.Module | None:
    """Return a cell's syntax tree; None where there is no sense in it.

    Args:
        source: the cell.
        ipython: translate IPython's own syntax, `%` and `!`, as a kernel does; else a cell that has any is no Python. It takes
            time that a student can choose, so it is for processes with limits.
    """
    if len(source) > MAX_SOURCE:
        return None
    try:
        return ast.parse(_python_of(source) if ipython else source)
    except NO_PYTHON:
        return None


@lru_cache(maxsize=32)  # it is asked for several times in a row
def _tree(source: str) -> ast.Module | None:
    """Return a cell's syntax tree, which is shared and not to be changed."""
    return parse(source)


def _python_of(source: str) -> str:
    lines = source.split("\n")
    while lines and (not lines[0].strip() or lines[0].startswith(TRANSPARENT_MAGICS)):
        del lines[0]
    if sum(bool(MAGIC.search(line)) for line in lines) > MAX_MAGICS:
        raise ValueError("too many magics")
    return TransformerManager().transform_cell("\n".join(lines))


def squeezed(source: str) -> str:
    """Return text without blank lines and spaces at the ends of lines."""
    return "\n".join(line.rstrip() for line in source.split("\n") if line.strip())


def same_text(one: str, other: str) -> bool:
    """Tell whether two cells are the same but for blank lines and spaces at the ends of lines."""
    return squeezed(one) == squeezed(other)


def same_code(one: str, other: str) -> bool:
    """Tell whether two cells are the same but for comments, spaces and line breaks."""
    trees = _tree(one), _tree(other)
    return same_text(one, other) or (None not in trees and _same(*trees))


def _same(one: ast.AST, other: ast.AST) -> bool:
    """Tell whether two syntax trees are the same; without recursion, because Python runs code that is nested deeper."""
    pending: list[tuple[object, object]] = [(one, other)]
    while pending:
        left, right = pending.pop()
        if type(left) is not type(right):
            return False
        if isinstance(left, ast.AST):
            pending += [(getattr(left, name, None), getattr(right, name, None)) for name in left._fields]
        elif isinstance(left, list):
            if len(left) != len(right):
                return False
            pending += zip(left, right)
        elif left != right:
            return False
    return True


def is_stub(source: str, stub: str, name: str) -> bool:
    """Tell whether nothing was written: an empty cell, the stub, or a function that only raises NotImplementedError."""
    if same_code(source, stub):
        return True
    tree = _tree(source)
    if tree is None:
        return False
    if not tree.body:
        return True
    (node, *others) = tree.body
    if others or not isinstance(node, ast.FunctionDef) or node.name != name:
        return False
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in names(body[0])


@lru_cache(maxsize=1024)  # most cells of most students are the lab's
def statements(source: str) -> tuple[ast.stmt, ...]:
    """Return the functions, classes, imports and assignments at the top level of a cell; not to be changed."""
    tree = _tree(source)
    kinds = (*DEFINITIONS, ast.Assign, ast.AnnAssign, ast.AugAssign)
    return tuple(node for node in tree.body if isinstance(node, kinds)) if tree else ()


def bound(node: ast.stmt) -> list[str]:
    """Return the names that a function, a class, an import or an assignment defines, or changes."""
    match node:
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return [(alias.asname or alias.name).split(".")[0] for alias in aliases]
        case ast.Assign(targets=targets):
            return [name for target in targets for name in _stored(target)]
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            return list(_stored(target))
    return [node.name]


def _stored(target: ast.expr) -> Iterator[str]:
    """Yield the names of an assignment's target: also `table` of `table["a"]`, which it changes."""
    pending = [target]
    while pending:
        node = pending.pop()
        match node:
            case ast.Name(id=name):
                yield name
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                pending += parts
            case ast.Starred(value=inner) | ast.Subscript(value=inner) | ast.Attribute(value=inner):
                pending.append(inner)


def names(tree: ast.AST) -> set[str]:
    """Return the names that code uses."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def used(source: str) -> set[str]:
    """Return the names that a cell uses; every word of it where it is no plain Python."""
    tree = _tree(source)
    return names(tree) if tree else set(re.findall(r"\w+", source))


def needed(source: str) -> set[str]:
    """Return the names that a cell's code looks up among the notebook's: no parameters, no variables of functions."""
    try:
        table = symtable.symtable(source, "cell", "exec") if len(source) <= MAX_SOURCE else None
    except NO_PYTHON:
        table = None
    if table is None:
        return used(source)
    found, pending = set(), [table]
    while pending:
        table = pending.pop()
        is_top = table.get_type() == "module"
        found |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (is_top or symbol.is_global())
        }
        pending += table.get_children()
    return found


def called(tree: ast.AST) -> set[str]:
    """Return the last names of what code calls: "fit" of `model.fit()`."""
    functions = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {getattr(function, "attr", None) or getattr(function, "id", "") for function in functions}


def segment(source: str, node: ast.stmt) -> str:
    """Return a statement's lines, decorators included."""
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    return "\n".join(_lines(source)[first - 1 : node.end_lineno])


@lru_cache(maxsize=8)  # it is asked for each statement in turn
def _lines(source: str) -> list[str]:
    return source.split("\n")


def pieces(source: str) -> list[str]:
    """Return a cell's statements, each with its lines, so that one that fails keeps none of the others from being run.

    A cell that cannot be divided comes back whole: one of a syntax error, or of a magic that is for all of it.
    """
    text = re.sub(r"\A(?:[ \t]*\n)+", "", source)
    tree, lines = _tree(text), text.split("\n")
    if tree is None:
        tree = parse(text, ipython=True)
        if tree is None or text.startswith("%%") or _python_of(text).rstrip().count("\n") != text.rstrip().count("\n"):
            return [source]
    spans: list[list[int]] = []
    for node in tree.body:
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        if spans and first <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], node.end_lineno)
        else:
            spans.append([first, node.end_lineno])
    return ["\n".join(lines[first - 1 : last]) for first, last in spans]


def defines(source: str, name: str) -> bool:
    """Tell whether code defines the function at its top level; code that cannot be compiled counts by its text."""
    return name in _defined(source)


@lru_cache(maxsize=64)  # it is asked for each exercise in turn
def _defined(source: str) -> frozenset[str]:
    return frozenset(re.findall(r"^(?:async )?def (\w+) ?\(", source, flags=re.MULTILINE))
