"""What a student's cell holds, statement by statement: what can run again, and what could work on a check."""

import ast
from collections.abc import Iterator

from course.grading.prepare.code import parse

UNUSUAL_NAMES = frozenset(
    [
        "In",
        "_ih",
        "__builtins__",
        "__import__",
        "compile",
        "delattr",
        "eval",
        "exec",
        "get_ipython",
        "globals",
        "locals",
        "setattr",
        "vars",
    ]
)
UNUSUAL_ATTRIBUTES = frozenset(
    [
        "__closure__",
        "__code__",
        "__defaults__",
        "__dict__",
        "__globals__",
        "__setattr__",
        "__subclasses__",
        "_current_frames",
        "_getframe",
        "currentframe",
        "f_back",
        "f_builtins",
        "f_code",
        "f_globals",
        "f_locals",
        "formatwarning",
        "get_objects",
        "get_referents",
        "get_referrers",
        "gi_frame",
        "modules",
        "setprofile",
        "settrace",
        "showwarning",
        "tb_frame",
        "tb_next",
        "with_traceback",
    ]
)
UNUSUAL_ARGUMENTS = frozenset({"stack_info", "stacklevel"})
UNUSUAL_MODULES = frozenset(
    [
        "IPython",
        "__main__",
        "atexit",
        "builtins",
        "crossing",
        "ctypes",
        "importlib",
        "inspect",
        "ipykernel",
        "linecache",
        "mock",
        "threading",
        "traceback",
        "unittest",
        "zmq",
    ]
)
"""What code needs that changes its own check, and no solution does."""
HARMLESS = "IPython.display"


def kept(source: str) -> list[str]:
    """Return a cell's statements but those that could work on a check, in order."""
    tree = parse(source, ipython=True)
    if tree is None:
        return []
    modules = _modules(tree)
    try:
        return [ast.unparse(statement) for statement in tree.body if not _unusual(statement, modules)]
    except RecursionError:
        return []


def unusual_names(source: str) -> list[str]:
    """Return what a cell uses that could change its own check, by name, in order of the alphabet."""
    tree = parse(source, ipython=True)
    if tree is None:
        return []
    found = _unusual(tree, _modules(tree))
    if "get_ipython" not in source:  # IPython's % and ! are translated into it
        found.discard("get_ipython")
    return sorted(found)


def _unusual(tree: ast.AST, modules: set[str]) -> set[str]:
    return {name for node in ast.walk(tree) for name in _unusual_in(node)} | _patches(tree, modules)


def _unusual_in(node: ast.AST) -> set[str]:
    match node:
        case ast.Name(id=name) if name in UNUSUAL_NAMES:
            return {name}
        case ast.Attribute(attr=name) if name in UNUSUAL_ATTRIBUTES:
            return {name}
        case ast.Call(func=ast.Name(id="getattr"), args=[_, name, *_]) if not isinstance(name, ast.Constant):
            return {"getattr with a name that is worked out"}
        case ast.Constant(value=str(name)) if name in UNUSUAL_ATTRIBUTES - {"modules"}:
            return {name}
        case ast.Call(keywords=keywords):
            return UNUSUAL_ARGUMENTS & {keyword.arg for keyword in keywords}
        case ast.Global(names=names):
            return {f"global {name}" for name in names if name.startswith(("expect_", "run_check", "_check_"))}
        case ast.Import(names=names):
            return _of_modules(alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names):
            return _of_modules(f"{module or ''}.{alias.name}" for alias in names)
    return set()


def _of_modules(names: Iterator[str]) -> set[str]:
    return {part for name in names if not name.startswith(HARMLESS) for part in name.split(".")} & UNUSUAL_MODULES


def _modules(tree: ast.AST) -> set[str]:
    """Return the names by which code may know modules."""
    modules = {"np", "keras", "tf", "sys", "utils"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
    return modules


def _patches(tree: ast.AST, modules: set[str]) -> set[str]:
    """Return what is assigned to attributes of modules, as "np.allclose"."""
    stored = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load))
    return {text for text in map(ast.unparse, stored) if text.split(".")[0] in modules}
