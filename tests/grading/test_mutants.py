"""Whatever is handed in is one row: 200 mutated notebooks and zips, and the ones that once ended a run for the class."""

from collections import Counter
from collections.abc import Iterator
import io
import json
from pathlib import Path
import zipfile

import nbformat
import pytest

from course.grading.grade import Options, grade
from course.grading.model import HandedFile, HandedIn, Job, Limits, Result, Submission
from course.grading.prepare.preparation import Preparation
from course.syllabus import Lab
from tests.grading import small_lab
from tests.grading.mutants import CODE, NAME, NOTEBOOKS, ZIPS, mutants

SEED, COUNT = 11, 200
LIMITS_MET = ("takes more than", "fall over", "cannot be read (", "nested too deeply")
"""What is said where a process apart was needed: no mutant is to get there."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return small_lab.make(tmp_path_factory.mktemp("mutants"))


@pytest.fixture(scope="module")
def preparation() -> Iterator[Preparation]:
    with Preparation() as made:
        yield made


def prepared(preparation: Preparation, lab: Lab, files: dict[str, bytes]) -> tuple[Submission, Job | Result]:
    handed_in = HandedIn("ada", tuple(HandedFile(("ada", name), name, content) for name, content in files.items()))
    submission = preparation.choose(handed_in, lab)
    return submission, preparation.sanitize(submission, lab, Limits())


def test_every_mutant_is_a_row_in_plain_words(preparation: Preparation, lab: Lab) -> None:
    kinds = Counter()
    for mutant in mutants(SEED, COUNT):
        submission, made = prepared(preparation, lab, mutant.files)
        kinds[mutant.kind, type(made)] += 1
        said = [submission.name, *submission.remarks, *made.remarks]
        assert all(text.isprintable() and len(text) <= 1000 for text in said), (mutant.kind, said)
        assert not [text for text in said if any(words in text for words in LIMITS_MET)], (mutant.kind, said)
        if isinstance(made, Job):
            nbformat.validate(nbformat.reads(made.notebook, as_version=4))
            assert made.points == small_lab.CHECK_POINTS
        else:
            assert made.remarks[0]
    assert {kind for kind, _ in kinds} == NOTEBOOKS.keys() | ZIPS.keys()
    for kind in (Job, Result):
        assert sum(count for (_, made), count in kinds.items() if made is kind) > COUNT / 4


def test_the_same_seed_gives_the_same_mutants() -> None:
    kinds = len(NOTEBOOKS) + len(ZIPS)
    first = list(mutants(1, kinds))
    assert [mutant.kind for mutant in mutants(1, kinds)] == [mutant.kind for mutant in first]
    assert [mutant.files for mutant in mutants(1, 5)] == [mutant.files for mutant in first[:5]]
    assert [mutant.files for mutant in mutants(2, 5)] != [mutant.files for mutant in first[:5]]


def with_ids(*ids: object) -> bytes:
    notebook = json.loads(small_lab.to_bytes(small_lab.filled()))
    for cell, identity in zip(notebook["cells"], ids):
        cell["id"] = identity
    return json.dumps(notebook).encode()


def with_format(**changes: object) -> bytes:
    notebook = json.loads(small_lab.to_bytes(small_lab.filled()))
    del notebook["nbformat"]
    return json.dumps(notebook | changes).encode()


def with_cells(count: int) -> bytes:
    notebook = json.loads(small_lab.to_bytes(small_lab.filled()))
    notebook["cells"] += [{"cell_type": "raw", "metadata": {}, "source": ""}] * count
    return json.dumps(notebook).encode()


def broken_lzma(at: int = 60, count: int = 140, to: bytes = b"\0") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(NAME, small_lab.to_bytes(small_lab.filled()))
    content = bytearray(buffer.getvalue())
    content[at : at + count] = to * count
    return bytes(content)


def misnamed() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("ü.ipynb", small_lab.to_bytes(small_lab.filled()))
    return buffer.getvalue().replace("ü".encode(), b"\xff\xfe")


GRADED = {
    "ids of another editor": {NAME: with_ids("#VSC-1a2b3c4d", "", "x" * 65, None, "imports", "imports")},
    "no nbformat": {NAME: with_format()},
    "nbformat true": {NAME: with_format(nbformat=True)},
    "many cells": {NAME: with_cells(1_900)},
    "a broken zip beside it": {NAME: small_lab.to_bytes(small_lab.filled()), "a.zip": broken_lzma()},
    "terminal escapes in a name": {"\x1b]0;x\x07\u202e.ipynb": small_lab.to_bytes(small_lab.filled()), "\x1b[2J.zip": b""},
} | {
    f"{name} in a cell": {NAME: small_lab.to_bytes(small_lab.with_cell(small_lab.filled(), source, "check_mean_square"))}
    for name, source in CODE.items()
}  # fmt: skip
UNREADABLE = {
    "too many cells": {NAME: with_cells(300_000)},
    "broken LZMA": {"a.zip": broken_lzma()},
    "LZMA that asks for 4 GiB": {"a.zip": broken_lzma(30 + len(NAME) + 5, 4, b"\xff")},
    "a name in no encoding": {"a.zip": misnamed()},
    "nested": {NAME: b'{"nbformat": 4, "cells": ' + b"[" * 10**6},
}


def test_a_class_of_them_is_looked_at_to_its_end(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    for student, files in (GRADED | UNREADABLE).items():
        for name, content in files.items():
            small_lab.hand_in(tmp_path / "class", student, content, name)
    assert grade(lab, tmp_path / "class", tmp_path / "to", Options(dry_run=True, sandboxed=False)) == 0
    said = capsys.readouterr().out
    assert all(line.isprintable() for line in said.split("\n"))
    lines = {line.split(":")[0].strip(): line for line in said.split("\n")}
    for student in GRADED:
        assert "would be executed: 4 of 4" in lines[student], lines[student]
    for student in UNREADABLE:
        assert "cannot be read; " in lines[student], lines[student]
        assert not [words for words in LIMITS_MET if words in lines[student]]


def test_who_takes_too_much_is_told_so_and_keeps_nobody(lab: Lab) -> None:
    """The bytes that were found are kept, so that a human can look at them."""
    heavy = b'{"nbformat": 4, "cells": [' + b"[]," * 6_000_000 + b"0]}"
    with Preparation(memory=2**29) as preparation:
        submission, made = prepared(preparation, lab, {NAME: heavy})
        assert isinstance(made, Result)
        assert made.remarks[0] == "reading it takes more than 0.5 GiB of memory"
        assert submission.content == heavy
        _, made = prepared(preparation, lab, {NAME: small_lab.to_bytes(small_lab.filled())})
        assert isinstance(made, Job)
