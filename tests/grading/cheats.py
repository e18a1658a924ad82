"""Cells that work on their own check, each with a wrong answer: what comes of them from outside, and inside one process."""

from tests.grading.nasty import FUNCTION, RIGHT, WRONG

CHEATS = {
    "IPython input transformer": WRONG + "get_ipython().input_transformers_cleanup.append(\n"
        "    lambda lines: [x if 'expect_' not in x else x[: -len(x.lstrip())] + 'pass\\n' for x in lines])",
    "IPython exception handler": WRONG + "get_ipython().set_custom_exc((Exception,), lambda *args, **kwargs: None)",
    "patched np.allclose": WRONG + "np.allclose = lambda *args, **kwargs: True",
    "patched utils.checks": WRONG + "import utils.checks\nfor name in dir(utils.checks):\n    if name.startswith('expect_'):\n"
        "        globals()[name] = lambda *args, **kwargs: None",
    "own expect_close": WRONG + "def expect_close(*args, **kwargs):\n    pass\ndef expect_shape(*args, **kwargs):\n    pass",
    "patched np.allclose in the function": FUNCTION + "np.allclose = lambda *args, **kwargs: True\n    return matrix",
    "patched check in the function": FUNCTION + "globals()['expect_close'] = lambda *args, **kwargs: None\n    return matrix",
    "patched np.testing in a default": "def patch():\n    np.allclose = lambda *args, **kwargs: True\ndef scale_rows(matrix, patched=patch()):\n    return matrix",
    "patched through an unsuspicious alias": "tools = [np]\n" + FUNCTION + "tools[0].allclose = lambda *args, **kwargs: True\n    return matrix",
    "the check's source in the history": FUNCTION + "text = In[-1]\n    if 'secret_matrix' in text:\n        return [[0.25, 0.25, 0.5], [0.0, 0.75, 0.25]]\n    return matrix",
    "patched through __main__": FUNCTION + "import sys\n    main = vars(sys.modules['__main__'])\n    main['expect_close'] = main['expect_shape'] = print\n    return matrix",
    "a frame by a name that is put together": FUNCTION + "import sys\n    frame = getattr(sys, '_get' + 'frame')(1)\n"
        "    getattr(frame, 'f_' + 'globals')['expect_close'] = print\n    return np.array([[0.25, 0.75], [0.5, 0.5]])",
    "a frame in the __array__ of a result": "class Rows:\n    shape = (2, 2)\n    def __array__(self, dtype=None, copy=None):\n        try:\n            raise ValueError\n"
        "        except ValueError as error:\n            frame = getattr(error.__traceback__, 'tb_' + 'frame')\n"
        "        while frame:\n            names = getattr(frame, 'f_' + 'globals')\n            if 'secret_matrix' in str(names.get('In', '')):\n"
        "                names['expect_close'] = print\n            frame = getattr(frame, 'f_' + 'back')\n"
        "        return np.array([[0.25, 0.75], [0.5, 0.5]])\n" + FUNCTION + "return Rows()",
    "the stack in a log": "import io, logging\n" + FUNCTION + "stream = io.StringIO()\n    log = logging.getLogger('x')\n    log.addHandler(logging.StreamHandler(stream))\n"
        "    log.warning('', stack_info=True)\n    if 'secret_matrix' in stream.getvalue():\n"
        "        return np.array([[0.25, 0.25, 0.5], [0.0, 0.75, 0.25]])\n    return np.array([[0.25, 0.75], [0.5, 0.5]])",
    "a result that equals everything": "class Same(np.ndarray):\n    def __array_function__(self, *args, **kwargs):\n        return True\n"
        "    def __array_ufunc__(self, *args, **kwargs):\n        return np.zeros(self.shape)\n"
        + FUNCTION + "return matrix.view(Same)",
}  # fmt: skip
"""Wrong answers all."""

LINK = "import os, socket\ndef link():\n    return socket.socket(fileno=os.dup(int(os.environ['COURSE_LINK'])))\n"
ON_THE_LINK = {
    "an answer before it is asked for": LINK + "import json, struct\ntext = json.dumps({'answer': None, 'error': None, 'changed': [],"
    " 'used': [], 'heap': [], 'visit': '', 'sizes': []}).encode()\n"
    + FUNCTION + "link().sendall(struct.pack('>QQ', len(text), 0) + text)\n    return matrix",
    "nonsense": LINK + FUNCTION + "link().sendall(b'x' * 1000)\n    return matrix",
    "more than fits": LINK + FUNCTION + "link().sendall(b'\\xff' * 16)\n    return matrix",
    "a closed link": LINK + FUNCTION + "link().shutdown(socket.SHUT_RDWR)\n    return matrix",
    "a message that is nested too deeply": LINK + "import struct\ntext = b'[' * 100_000\n"
    + FUNCTION + "link().sendall(struct.pack('>QQ', len(text), 0) + text)\n    return matrix",
    "private parts of what was given": LINK + "import crossing.here as here, crossing.values as values\n"
    + FUNCTION + "peer = here._peer(False)\n    return peer.border.ask(0, '__globals__', None)",
    "another writer": "import crossing.values as values\nvalues.Writer.value = lambda self, value, depth=0: ['at', 10**9]\n" + WRONG,
    "an error that raises errors": "class Bad(Exception):\n    def __str__(self):\n        raise self\n" + FUNCTION + "raise Bad",
}  # fmt: skip
"""What a function may do to the connection that its results go through; a wrong answer each."""

ORDINARY = {
    "a logger": "import logging\nlog = logging.getLogger(__name__)\n" + RIGHT,
    "a named tuple": "from collections import namedtuple\nPair = namedtuple('Pair', 'rows sums')\n"
    "def scale_rows(matrix):\n    if not matrix.sum(axis=1).all():\n        raise ValueError('zero')\n"
    "    pair = Pair(matrix, matrix.sum(axis=1, keepdims=True))\n    return pair.rows / pair.sums\n",
    "a type variable": "from typing import TypeVar\nT = TypeVar('T')\n" + RIGHT,
    "a data class": "from dataclasses import dataclass, field\n@dataclass\nclass Sums:\n    kept: list = field(default_factory=list)\n" + RIGHT,
    "a cache": "from functools import lru_cache\n@lru_cache(maxsize=None)\ndef one():\n    return 1.0\n"
    + RIGHT.replace("matrix /", "one() * matrix /"),
    "a decorator with arguments": "def times(n):\n    def wrap(f):\n        return lambda matrix: n * f(matrix)\n    return wrap\n@times(1)\n" + RIGHT,
    "a callable object": "class Scale:\n    def __call__(self, matrix):\n        return matrix / matrix.sum(axis=1, keepdims=True)\nscale_rows = Scale()\n",
    "a default by an own function": "def axis():\n    return 1\n" + RIGHT.replace("(matrix)", "(matrix, along=axis())", 1),
    "a constant by a call": "from math import sqrt\nONE = sqrt(4) - 1\nnames = sorted(['b', 'a'])\n" + RIGHT.replace("matrix /", "ONE * matrix /"),
    "a constant that grows": "ONE = 0\nONE += 1\n" + RIGHT.replace("matrix /", "ONE * matrix /"),
    "a table filled by a loop": "table = {}\nfor n in range(3):\n    table[n] = n\n" + RIGHT.replace("matrix /", "table[1] * matrix /"),
    "a definition under if": "if True:\n    " + RIGHT.replace("\n    ", "\n        "),
    "a definition under try": "try:\n    import something_missing\nexcept ImportError:\n    " + RIGHT.replace("\n    ", "\n        "),
    "display and gc": "from IPython.display import display\nimport gc\ngc.collect()\n" + RIGHT,
    "a helper named like a name of the check": "def got(matrix):\n    return matrix.sum(axis=1, keepdims=True)\n"
    + RIGHT.replace("matrix.sum(axis=1, keepdims=True)", "got(matrix)") + "secret_matrix = shape = copies = 3\n",
}  # fmt: skip
"""Ordinary style; right answers all, but for bad input."""
