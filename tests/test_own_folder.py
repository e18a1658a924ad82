"""Lab 14 with a folder of one's own: its cells, run as section 8 tells students to run them, on pictures that lie on disk."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
import re
from typing import Any

import matplotlib

matplotlib.use("agg")
import numpy as np
from PIL import Image
import pytest
from sklearn.datasets import load_digits

from course import roles, text
from course.syllabus import labs

(LAB,) = labs(["14"])
CELLS = text.read(LAB.text).cells
CLASSES = {"four": 4, "one": 1}
PEOPLE = ("ann", "bo", "cy", "dee", "eva", "finn", "gil", "hal", "ida", "jon")
COURSES = "FOLDER, BAR = None, 0.983"
UNDECIDED = 'chosen, reason = None, ""'


def _sources(section: int) -> list[str]:
    """Return the code of a section, without checks."""
    found, now = [], 0
    for cell in CELLS:
        heading = re.search(r"^## (\d+)\. ", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        now = int(heading[1]) if heading else now
        if now == section and cell.cell_type == "code" and not roles.role_of(cell).keys() & {"check", "bad_input"}:
            found.append(cell.source)
    return found


def _the(sources: Iterable[str], part: str) -> str:
    """Return the one cell that holds a text."""
    (cell,) = [source for source in sources if part in source]
    return cell


def _run(cell: str, namespace: dict[str, Any]) -> None:
    """Run a cell in the names of a notebook."""
    exec(cell, namespace)  # noqa: S102


def _with(cell: str, old: str, new: str) -> str:
    """Return a cell with a line of it changed, as a student would change it."""
    assert cell.count(old) == 1, f"the lab no longer has the line {old!r} once"
    return cell.replace(old, new)


def _picture(digit: np.ndarray) -> Image.Image:
    """Return a digit of 8 x 8 values as a photo of 48 x 32: dark ink on paper."""
    ink = np.kron(255 - digit * 255 / 16, np.ones((4, 4))).astype(np.uint8)
    return Image.fromarray(np.pad(ink, ((0, 0), (8, 8)), constant_values=255)).convert("RGB")


def _fill(folder: Path, names: Mapping[str, Iterable[str]]) -> Path:
    """Write a digit for each name of a file, in the folder of its class: class -> names."""
    digits = load_digits()
    for label, (kind, files) in enumerate(names.items()):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        pictures = digits.images[digits.target == CLASSES.get(kind, label)]
        for name, digit in zip(files, pictures, strict=False):
            _picture(digit).save(folder / kind / name)
    return folder


def _of_people(people: Iterable[str], each: int) -> list[str]:
    return [f"{person}_{number:03}.png" for person in people for number in range(each)]


@pytest.fixture(scope="module")
def imported() -> dict[str, Any]:
    """The names that the lab's imports make."""
    namespace: dict[str, Any] = {}
    (cell,) = [cell for cell in CELLS if roles.is_a(cell, "imports")]
    _run(cell.source, namespace)
    return namespace


@pytest.fixture
def from_folder(imported: dict[str, Any]) -> Callable:
    namespace = dict(imported)
    _run(_the(_sources(2), "def from_folder("), namespace)
    return namespace["from_folder"]


@pytest.fixture
def section_2(imported: dict[str, Any]) -> Callable[[Path], dict[str, Any]]:
    """Return what runs section 2 with a folder."""

    def run(folder: Path) -> dict[str, Any]:
        namespace = dict(imported)
        for cell in _sources(2):
            if "# yours: FOLDER" in cell:
                cell = _with(cell, COURSES, f"FOLDER, BAR = {str(folder)!r}, 0.9")
            _run(cell, namespace)
        return namespace

    return run


def test_sources_and_classes_come_from_names(from_folder: Callable, tmp_path: Path, capsys) -> None:
    names = ["ann_001.png", "Ann_002.png", "by_the_sea_7.png", "bo_3.png"]
    _fill(tmp_path, {"four": names, "one": ["ann_004.png", "bo_001.png", "BO_002.png"]})
    (tmp_path / "one" / "notes.txt").write_text("ones")
    images, labels, sources, class_names = from_folder(str(tmp_path), size=32)
    assert images.shape == (7, 32, 32, 3)
    assert class_names == ("four", "one")
    assert sorted(zip(labels.tolist(), sources.tolist(), strict=True)) == [
        *[(0, "ann")] * 2, (0, "bo"), (0, "by_the_sea"), (1, "ann"), *[(1, "bo")] * 2
    ]  # fmt: skip
    said = capsys.readouterr().out
    assert "skipped one/notes.txt" in said
    assert "  ann: [2, 1]\n  bo: [1, 2]\n  by_the_sea: [1, 0]\n" in said
    assert "careful" not in said


@pytest.mark.parametrize("name", ["IMG_0412.png", "PXL_20240101_1.png", "dsc_7.png", "0412.png"])
def test_a_cameras_name_is_refused(from_folder: Callable, tmp_path: Path, name: str) -> None:
    _fill(tmp_path, {"four": ["ann_1.png", name], "one": ["ann_2.png"]})
    with pytest.raises(ValueError, match="name no source") as raised:
        from_folder(tmp_path, size=32)
    assert f"['{name}']" in str(raised.value), "the file is named, and no other"


@pytest.mark.parametrize(("single", "warned"), [(1, False), (2, True)])
def test_many_sources_with_one_photo_are_told(
    from_folder: Callable, tmp_path: Path, capsys, single: int, warned: bool
) -> None:
    alone = [f"place{number}_1.png" for number in range(single)]
    _fill(tmp_path, {"four": [*_of_people(("ann", "bo"), 2), *alone], "one": ["ann_9.png"]})
    from_folder(tmp_path, size=32)
    assert (f"careful: {single} of {single + 2} sources have one photo" in capsys.readouterr().out) == warned


@pytest.mark.parametrize(("shared", "warned"), [("ann_four_1.png", False), ("ann_one_1.png", True)])
def test_a_class_in_the_files_names_is_told(
    from_folder: Callable, tmp_path: Path, capsys, shared: str, warned: bool
) -> None:
    names = {kind: _of_people((f"ann_{kind}", f"bo_{kind}"), 2) for kind in CLASSES}
    names["one"] = [*names["one"], shared.replace("_1", "_9")]
    _fill(tmp_path, names)
    from_folder(tmp_path, size=32)
    assert ("each source lies in one class" in capsys.readouterr().out) == warned


@pytest.mark.parametrize(("number", "shown"), [(40, True), (41, False)])
def test_a_long_table_is_left_out(from_folder: Callable, tmp_path: Path, capsys, number: int, shown: bool) -> None:
    people = [f"person{k}" for k in range(number)]
    _fill(tmp_path, {"four": _of_people(people, 1), "one": _of_people(people, 1)})
    from_folder(tmp_path, size=32)
    assert ("  person7: [1, 1]" in capsys.readouterr().out) == shown


def test_five_sources_are_too_few(section_2: Callable, tmp_path: Path) -> None:
    _fill(tmp_path, {kind: _of_people(PEOPLE[:5], 2) for kind in CLASSES})
    with pytest.raises(ValueError, match="5 sources: a test and three folds need 6"):
        section_2(tmp_path)


def _careful(namespace: dict[str, Any], capsys) -> list[str]:
    """Return what section 3 says of classes without pictures, once folds are drawn."""
    capsys.readouterr()
    for part in ("def split_by_group(", "drawn = split_by_group("):
        _run(_the(_sources(3), part), namespace)
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith("careful")]


def test_a_class_that_the_box_took_or_lacks_is_told(section_2: Callable, tmp_path: Path, capsys) -> None:
    everybody = {kind: _of_people(PEOPLE, 2) for kind in CLASSES}
    whole = section_2(_fill(tmp_path / "whole", everybody))
    assert _careful(whole, capsys) == []
    kept, away = whole["folds"][1].tolist(), whole["away"].tolist()
    lacking = section_2(_fill(tmp_path / "lacking", everybody | {"seven": _of_people(kept[:1], 3)}))
    said = _careful(lacking, capsys)
    assert said[0] == "careful: the box holds no seven: the test says nothing of it"
    assert re.fullmatch(rf"careful: without \[.*'{kept[0]}'.*\] no seven is left to train on", said[1])
    assert len(said) == 2, "the other folds train on it"
    taken = section_2(_fill(tmp_path / "taken", everybody | {"seven": _of_people(away[:1], 3)}))
    said = _careful(taken, capsys)
    assert len(said) == 3, "it is in the box, and none of three folds has it to train on"
    assert all("no seven is left to train on" in line for line in said)


def test_no_source_lies_in_the_box_and_outside(section_2: Callable, tmp_path: Path, capsys) -> None:
    names = {kind: _of_people(PEOPLE, 2) for kind in CLASSES}
    names["one"] += _of_people(["kim"], 5)
    ran = section_2(_fill(tmp_path, names))
    boxed = ran["test_box"].open("a test of the box")
    assert not set(ran["groups"][boxed]) & set(ran["groups"][ran["own"]])
    assert sorted([*boxed, *ran["own"]]) == list(range(45))
    assert len(set(ran["groups"][boxed])) == round(0.35 * 11)
    assert "test data opened, time 1: a test of the box" in capsys.readouterr().out


def _settings_of_section_8() -> str:
    """Return what section 8 says to put in place of the cell of settings: a cell, and the lines to add to it."""
    block = "\n".join(cell.source for cell in CELLS if cell.cell_type == "markdown")
    (added,) = re.findall(r"```python\n(EFFORT = .*?)```", block, re.DOTALL)
    return f"{_the(_sources(8), 'def photo_settings(')}\n\n{added}"


@pytest.fixture(scope="module")
def project(imported: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The lab after "Run All" with a folder of ten people, prepared as section 8 says; nothing is chosen yet."""
    names = {"four": _of_people(PEOPLE, 4), "one": [*_of_people(PEOPLE, 3), *_of_people(["ann"], 6)[3:]]}
    folder = _fill(tmp_path_factory.mktemp("own") / "my_photos", names)
    namespace = dict(imported)
    for cell in [cell for section in (2, 3, 4, 5, 6) for cell in _sources(section)]:
        if "# yours: FOLDER" in cell:
            cell = _with(cell, COURSES, f"FOLDER, BAR = {str(folder)!r}, 0.9")
        elif "# yours: the settings" in cell:
            cell = _settings_of_section_8()
        elif "def build_reader(" in cell:
            continue  # "delete that of MNIST above it, if you like"
        _run(cell, namespace)
    return namespace


@pytest.fixture
def undecided(project: dict[str, Any]) -> dict[str, Any]:
    """A copy of the project whose box nobody has opened."""
    return dict(project) | {"test_box": project["ClosedBox"](project["test_box"].open("to fill another box"))}


def _choose(namespace: dict[str, Any], chosen: str, reason: str = "") -> None:
    """Write a choice into the cell of section 5, and run it."""
    cell = _the(_sources(5), "# yours: with a folder, the name")
    _run(_with(cell, UNDECIDED, f"chosen, reason = {chosen!r}, {reason!r}"), namespace)


def _section_7(namespace: dict[str, Any]) -> None:
    for cell in _sources(7):
        _run(cell, namespace)


def test_folds_are_drawn_by_source(project: dict[str, Any]) -> None:
    own, groups, folds = project["own"], project["groups"], project["folds"]
    assert sorted(np.concatenate(folds)) == sorted(set(groups[own])), "each source judges once"
    sizes = np.array([np.isin(groups[own], judges).sum() for judges in folds])
    largest = np.unique(groups[own], return_counts=True)[1].max()
    assert sizes.min() > 0
    assert np.all(np.abs(sizes - len(own) / 3) <= largest)


def test_the_log_holds_the_plan_and_tells_the_classes_apart(project: dict[str, Any]) -> None:
    settings = ("nearest neighbour", "neighbour by features", "linear probe")
    assert [(row["setting"], row["seed"]) for row in project["log"]] == [
        (setting, seed) for setting in settings for seed in range(3)
    ]
    assert project["images"].shape == (73, 160, 160, 3)
    assert project["by_rule"] in settings
    assert np.mean([row["val"] for row in project["log"]]) > 0.8, "fours and ones are easy"
    sources = project["by_group"]["source"]
    assert sum(row[1] for row in sources) == len(project["own"])
    assert sources[-1][2] == 1, "a source without errors, whose interval ends at 1 but for rounding, was drawn"


def test_the_box_stays_closed_without_a_choice(undecided: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the box stays closed: in the last cell of section 5"):
        _section_7(undecided)
    other = next(name for name in undecided["EFFORT"] if name != undecided["by_rule"])
    _choose(undecided, other)
    with pytest.raises(ValueError, match=f"the rule names {undecided['by_rule']}, you chose {other}"):
        _section_7(undecided)
    assert undecided["test_box"].reasons == []
    with pytest.raises(NotImplementedError, match="the card comes after the test"):
        _run(_the(_sources(10), "# yours: the text of the card"), undecided)
    _choose(undecided, other, "it needs no network")
    _section_7(undecided)
    assert len(undecided["test_box"].reasons) == 1


def test_the_box_is_opened_once_and_counted_by_source(undecided: dict[str, Any], capsys) -> None:
    _choose(undecided, undecided["by_rule"])
    capsys.readouterr()
    _section_7(undecided)
    said = capsys.readouterr().out
    assert "test data opened, time 1" in said
    assert "and no interval" not in said
    assert "six of six" not in said, "that is the library's"
    assert len(undecided["tested"]) == 4
    assert undecided["right"].keys() == {undecided["by_rule"], *undecided["RIVALS"], "majority class"}
    mean = undecided["source_right"].mean()
    assert f"-+ {undecided['reach']:.4f}, so {mean - undecided['reach']:.4f}" in said


def test_few_sources_in_the_box_give_no_interval(undecided: dict[str, Any], capsys) -> None:
    rows = undecided["test_box"].open("to take a source away")
    gone = undecided["groups"][rows[0]]
    undecided["test_box"] = undecided["ClosedBox"](rows[undecided["groups"][rows] != gone])
    _choose(undecided, undecided["by_rule"])
    _section_7(undecided)
    assert "and no interval: it takes four sources in the box" in capsys.readouterr().out
    assert undecided["reach"] == 0


def test_the_card_names_what_is_still_the_courses(undecided: dict[str, Any], capsys) -> None:
    _choose(undecided, undecided["by_rule"])
    _section_7(undecided)
    capsys.readouterr()
    cell = _the(_sources(10), "# yours: the text of the card")
    _run(_the(_sources(10), "def missing_from_card("), undecided)
    _run(cell, undecided)
    said = capsys.readouterr().out
    assert "missing or wrong: []" in said
    stale = said.split("write your own:")[1]
    assert all(f"'{field}'" in stale for field in ("question", "data", "split", "not for", "licence"))
    assert "'test accuracy'" not in stale
    own = re.sub(
        r'^    "(question|decided by|data|split|plan|not in the data|not for|licence)": ".*"',
        r'    "\1": "mine"',
        cell,
        flags=re.M,
    )
    _run(own, undecided)
    assert "write your own: []" in capsys.readouterr().out
