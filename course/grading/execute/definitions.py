"""What a student's cell defines, apart from what it does."""

import ast

from course.grading.prepare.code import parse

CALLABLE_ROOTS = frozenset(
    {"np", "numpy", "tf", "tensorflow", "keras", "math", "functools", "dataclasses", "dataclass"}
    | {"bool", "dict", "float", "frozenset", "int", "len", "list", "max", "min", "range", "set", "str", "sum", "tuple"}
)
"""Where a call in a constant or decorator may begin: it computes a value."""
UNUSUAL_NAMES = frozenset(
    {"__builtins__", "__import__", "compile", "eval", "exec", "get_ipython", "globals", "locals", "setattr", "vars"}
)
UNUSUAL_ATTRIBUTES = frozenset(
    {
        "__closure__",
        "__code__",
        "__defaults__",
        "__dict__",
        "__globals__",
        "__setattr__",
        "__subclasses__",
        "_current_frames",
    }
    | {"_getframe", "currentframe", "f_back", "f_builtins", "f_code", "f_globals", "f_locals", "gi_frame", "setprofile"}
    | {"settrace", "tb_frame"}
)
UNUSUAL_MODULES = frozenset(
    {
        "IPython",
        "atexit",
        "builtins",
        "ctypes",
        "gc",
        "importlib",
        "inspect",
        "ipykernel",
        "linecache",
        "mock",
        "threading",
    }
    | {"traceback", "unittest", "zmq"}
)
"""What code needs that changes its own check, and no solution does."""


def definitions(source: str) -> list[str]:
    """Return the cell's imports, functions, classes and constants, each as a statement; nothing that does anything else.

    A definition whose decorators, defaults or base classes call something of the student's is not among them.
    """
    tree = parse(source, ipython=True)
    try:
        return [ast.unparse(statement) for statement in tree.body if _defines(statement)] if tree else []
    except RecursionError:
        return []


def unusual_names(source: str) -> list[str]:
    """Return what a cell uses that could change its own check, by name, in order of the alphabet."""
    tree = parse(source, ipython=True)
    if tree is None:
        return []
    found = {name for node in ast.walk(tree) for name in _unusual_in(node)} | _patches(tree)
    if "get_ipython" not in source:  # IPython's % and ! are translated into it
        found.discard("get_ipython")
    return sorted(found)


def _unusual_in(node: ast.AST) -> set[str]:
    match node:
        case ast.Name(id=name) if name in UNUSUAL_NAMES:
            return {name}
        case ast.Attribute(attr=name) if name in UNUSUAL_ATTRIBUTES:
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            parent = getattr(node, "module", None) or ""
            return UNUSUAL_MODULES & {part for alias in names for part in f"{parent}.{alias.name}".split(".")}
    return set()


def _patches(tree: ast.Module) -> set[str]:
    """Return what is assigned to attributes of modules, as "np.allclose"."""
    modules = {"np", "keras", "tf", "sys", "utils"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
    stored = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load))
    return {text for text in map(ast.unparse, stored) if text.split(".")[0] in modules}


def _defines(statement: ast.stmt) -> bool:
    match statement:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            arguments = statement.args
            values = [*statement.decorator_list, *arguments.defaults, *filter(None, arguments.kw_defaults)]
            return all(map(_is_simple, values)) and all(map(_is_simple, _annotations(statement)))
        case ast.ClassDef():
            values = [*statement.decorator_list, *statement.bases, *(keyword.value for keyword in statement.keywords)]
            return all(map(_is_simple, values)) and all(
                _defines(part) or isinstance(part, ast.Pass) or _is_docstring(part) for part in statement.body
            )
        case ast.Assign(targets=targets, value=value):
            return all(map(_is_name, targets)) and _is_simple(value)
        case ast.AnnAssign(target=target, value=value, annotation=annotation):
            return _is_name(target) and _is_simple(annotation) and (value is None or _is_simple(value))
    return False


def _annotations(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    found = [argument.annotation for argument in every if argument is not None]
    return [annotation for annotation in (*found, function.returns) if annotation is not None]


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_name(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_is_name, target.elts))
    return isinstance(target, ast.Name)


def _is_simple(node: ast.AST) -> bool:
    """Tell whether an expression only computes a value: no call but of NumPy's, Keras's and the like, nothing private."""
    match node:
        case ast.Lambda(args=arguments):  # what it holds runs when it is called, but its defaults run at once
            return all(map(_is_simple, [*arguments.defaults, *filter(None, arguments.kw_defaults)]))
        case ast.Call(func=root):
            while isinstance(root, ast.Attribute):
                root = root.value
            if not (isinstance(root, ast.Name) and root.id in CALLABLE_ROOTS):
                return False
        case ast.Attribute(attr=name) | ast.Name(id=name) if name.startswith("__"):
            return False
        case ast.Await() | ast.Yield() | ast.YieldFrom() | ast.NamedExpr():
            return False
    return all(map(_is_simple, ast.iter_child_nodes(node)))
