"""Notebooks and zips as no program should write them, by the number: what a class, an editor or a broken upload may hand in."""

from collections.abc import Callable, Iterator
import copy
from dataclasses import dataclass
import io
import json
import random
import struct
from typing import Any
import zipfile

import nbformat

from tests.grading import small_lab

NAME = f"{small_lab.NAME}.ipynb"
VALUES = [
    None,
    True,
    0,
    -1,
    1e308,
    10**50,
    "",
    "text",
    [],
    {},
    [[]],
    {"a": 1},
    [None],
    float("nan"),
    "\ud800",
    "\x1b[2J",
]
IDS = ["#VSC-1a2b3c4d", "", "x" * 65, "a b", "\u202e", 5, None, ["a"], "imports", "cell-mean_square"]
TEXTS = [
    "\ud800",
    "\x00",
    "\x1b]0;title\x07",
    "\u202egnp",
    "e" + "\u0301" * 500,
    "\u2028",
    "\ufeff",
    "\U0010ffff",
    "\r\r\n",
    "\f",
]
CODE = {
    "250 elif": "def mean_square(values):\n    if 0:\n        pass\n" + "    elif 0:\n        pass\n" * 250 + "    return 1\n",
    "a sum of 1,000 terms": "x = " + "+".join("1" * 1000),
    "a sum of 20,000 terms": "x = " + "+".join("1" * 20_000),
    "600 chained calls": "x = ''" + ".strip()" * 600,
    "9,000 chained calls": "x = ''" + ".strip()" * 9_000,
    "5,000 brackets": "(" * 5000,
    "150 brackets": "(" * 150 + ")" * 150,
    "50,000 minuses": "x = " + "-" * 50_000 + "1",
    "100 indentations": "".join(" " * i + "if 1:\n" for i in range(100)),
    "a line of 1 MB": "x = '" + "a" * 10**6 + "'",
    "100,000 lines": "x = 1\n" * 100_000,
    "magics": "%matplotlib inline\n!ls\n" * 500,
    "question marks": "np?\n" * 500,
    "an f-string in itself": "f'" + "{" * 200,
    "lambdas": "x = " + "lambda: " * 3000 + "1",
    "a huge number": "x = " + "9" * 5000,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """What one student handed in."""

    kind: str
    files: dict[str, bytes]


def mutants(seed: int, count: int) -> Iterator[Mutant]:
    """Yield so many mutants; the same seed gives the same ones."""
    kinds = [*NOTEBOOKS.items(), *ZIPS.items()]
    for number in range(count):
        random_ = random.Random(f"{seed}-{number}")
        kind, make = kinds[number % len(kinds)]
        if kind in ZIPS:
            yield Mutant(kind, {"all.zip": make(random_)})
        else:
            yield Mutant(kind, {random_.choice([NAME, "my lab.ipynb", "x.ipynb.txt"]): make(random_)})


def _notebook() -> dict[str, Any]:
    return json.loads(small_lab.to_bytes(small_lab.filled()))


def _bytes(value: object) -> bytes:
    return json.dumps(value).encode()


def _places(value: object) -> Iterator[tuple[Any, Any]]:
    """Yield the containers within a value with each of their keys."""
    pending = [value]
    while pending:
        inner = pending.pop()
        keys = list(inner) if isinstance(inner, dict) else range(len(inner)) if isinstance(inner, list) else ()
        for key in keys:
            yield inner, key
            pending.append(inner[key])


def _truncated(random_: random.Random) -> bytes:
    content = _bytes(_notebook())
    return content[: random_.randrange(len(content))]


def _flipped(random_: random.Random, content: bytes | None = None) -> bytes:
    damaged = bytearray(_bytes(_notebook()) if content is None else content)
    for _ in range(random_.choice([1, 3, 30])):
        damaged[random_.randrange(len(damaged))] ^= 1 << random_.randrange(8)
    return bytes(damaged)


def _wrong_type(random_: random.Random) -> bytes:
    notebook = _notebook()
    for _ in range(random_.choice([1, 1, 5])):
        inner, key = random_.choice(list(_places(notebook)))
        inner[key] = random_.choice(VALUES)
    return _bytes(notebook)


def _wrong_type_on_top(random_: random.Random) -> bytes:
    notebook = _notebook()
    notebook[random_.choice(list(notebook))] = random_.choice([*VALUES, 2, 3, 5, 99])
    return _bytes(notebook)


def _without_a_key(random_: random.Random) -> bytes:
    notebook = _notebook()
    for _ in range(random_.choice([1, 1, 5])):
        inner, key = random_.choice(list(_places(notebook)))
        del inner[key]
    return _bytes(notebook)


def _nested(random_: random.Random) -> bytes:
    notebook = _notebook()
    inner, key = random_.choice(list(_places(notebook)))
    inner[key] = "NESTED"
    depth = random_.choice([500, 5_000, 200_000])
    left, right = random_.choice([("[", "]"), ('{"a":', "}")])
    return _bytes(notebook).replace(b'"NESTED"', f"{left * depth}0{right * depth}".encode(), 1)


def _odd_ids(random_: random.Random) -> bytes:
    notebook = _notebook()
    for cell in notebook["cells"]:
        cell["id"] = random_.choice(IDS)
    return _bytes(notebook)


def _odd_text(random_: random.Random) -> bytes:
    notebook = _notebook()
    for _ in range(10):
        inner, key = random_.choice([place for place in _places(notebook) if isinstance(place[0][place[1]], str)])
        inner[key] += random_.choice(TEXTS)
    return _bytes(notebook)


def _odd_code(random_: random.Random) -> bytes:
    notebook = _notebook()
    cell = random_.choice([cell for cell in notebook["cells"] if cell["cell_type"] == "code"])
    cell["source"] = CODE[random_.choice(list(CODE))]
    return _bytes(notebook)


def _huge_number(random_: random.Random) -> bytes:
    notebook = _notebook()
    inner, key = random_.choice(list(_places(notebook)))
    inner[key] = "HUGE"
    return _bytes(notebook).replace(b'"HUGE"', random_.choice([b"9" * 4000, b"9" * 10**6, b"1e999", b"-Infinity"]), 1)


def _many_cells(random_: random.Random) -> bytes:
    notebook = _notebook()
    count = random_.choice([1_500, 30_000, 100_000])
    kind = random_.choice(["raw", "markdown", "code"])
    notebook["cells"] += [{"cell_type": kind, "metadata": {}, "source": ""}] * count
    return _bytes(notebook)


def _mixed_up(random_: random.Random) -> bytes:
    notebook = _notebook()
    cells = [copy.deepcopy(random_.choice(notebook["cells"])) for _ in range(60)]
    for cell in cells:
        cell["cell_type"] = random_.choice(["code", "markdown", "raw", "raw", "heading", "x"])
    notebook["cells"] = cells
    return _bytes(notebook)


def _old(random_: random.Random) -> bytes:
    old = json.loads(nbformat.writes(nbformat.convert(small_lab.filled(), 3), version=3))
    for _ in range(random_.choice([0, 1, 3])):
        inner, key = random_.choice(list(_places(old)))
        inner[key] = random_.choice(VALUES)
    old["nbformat"] = random_.choice([1, 2, 3, 3, 3])
    return _bytes(old)


def _no_notebook(random_: random.Random) -> bytes:
    return random_.choice(
        [
            b"",
            b"null",
            b"[]",
            b"3",
            b'"text"',
            b"\xff\xfe{",
            b"\xef\xbb\xbf{}",
            random_.randbytes(1000),
            b"[" * 10**6,
            b"NaN",
        ]
    )


NOTEBOOKS: dict[str, Callable[[random.Random], bytes]] = {
    "truncated": _truncated,
    "flipped": _flipped,
    "wrong type": _wrong_type,
    "wrong type on top": _wrong_type_on_top,
    "without a key": _without_a_key,
    "nested": _nested,
    "odd ids": _odd_ids,
    "odd text": _odd_text,
    "odd code": _odd_code,
    "huge number": _huge_number,
    "many cells": _many_cells,
    "mixed up": _mixed_up,
    "old": _old,
    "no notebook": _no_notebook,
}  # fmt: skip


def _zip(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def _any_method(random_: random.Random) -> bytes:
    method = random_.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    return _zip([(NAME, _bytes(_notebook()))], method)


def _zip_of_a_mutant(random_: random.Random) -> bytes:
    return _zip([(NAME, random_.choice(list(NOTEBOOKS.values()))(random_))])


def _damaged_zip(random_: random.Random) -> bytes:
    return _flipped(random_, _any_method(random_))


def _damaged_data(random_: random.Random) -> bytes:
    """Return a zip whose directory is whole and whose data is not."""
    content = bytearray(_any_method(random_))
    start = 30 + len(NAME)
    for _ in range(random_.choice([1, 10])):
        content[random_.randrange(start, content.rindex(b"PK\x01\x02"))] ^= 0xFF
    return bytes(content)


def _cut_zip(random_: random.Random) -> bytes:
    content = _any_method(random_)
    return content[: random_.randrange(len(content))]


def _damaged_directory(random_: random.Random) -> bytes:
    """Return a zip with one field of its directory replaced: flags, method, times, sizes, offsets."""
    content = bytearray(_any_method(random_))
    at = content.rindex(b"PK\x01\x02") + random_.choice([6, 8, 10, 12, 14, 16, 20, 24, 28, 30, 32, 38, 42])
    content[at : at + 2] = struct.pack("<H", random_.choice([0, 1, 99, 0x800, 0xFFFF]))
    return bytes(content)


def _bad_names(random_: random.Random) -> bytes:
    names = [
        "../x.ipynb",
        "/x.ipynb",
        "C:\\x.ipynb",
        "a" * 60_000 + ".ipynb",
        "\x1b[2J.ipynb",
        "\u202e.ipynb",
        "/" * 500,
    ]
    return _zip([(name, _bytes(_notebook())) for name in random_.sample(names, 3)])


def _name_in_no_encoding(random_: random.Random) -> bytes:
    content = _zip([("übung.ipynb", _bytes(_notebook()))])
    return content.replace("ü".encode(), random_.choice([b"\xff\xfe", b"\xc3\x28", b"\x00\x00"]))


def _large_and_many(random_: random.Random) -> bytes:
    if random_.random() < 0.5:
        return _zip([("x.ipynb", b" " * 30 * 2**20), (NAME, b"{}")])
    return _zip([(f"{number}/{NAME}", b"{}") for number in range(2_500)])


def _zip_in_zip(random_: random.Random) -> bytes:
    return _zip([("inner.zip", _any_method(random_)), (NAME, _no_notebook(random_))])


ZIPS: dict[str, Callable[[random.Random], bytes]] = {
    "any method": _any_method,
    "zip of a mutant": _zip_of_a_mutant,
    "damaged zip": _damaged_zip,
    "damaged data": _damaged_data,
    "cut zip": _cut_zip,
    "damaged directory": _damaged_directory,
    "bad names": _bad_names,
    "name in no encoding": _name_in_no_encoding,
    "large and many": _large_and_many,
    "zip in zip": _zip_in_zip,
}
