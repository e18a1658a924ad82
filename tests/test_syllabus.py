"""The table of labs."""

from pathlib import Path

import pytest

from course.syllabus import CourseError, exercise_of, labs
from tests import small_course


def test_points_and_paths(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    assert lab.total_points == 5
    assert lab.checks == {"double": 3, "double_bad_input": 1}
    assert [exercise_of(check) for check in lab.checks] == ["double", "double"]
    assert lab.solution == tmp_path / "labs_solutions" / "01_tiny" / "01_tiny.ipynb"
    assert lab.student == tmp_path / "notebooks" / "01_tiny" / "01_tiny.ipynb"


def test_a_lab_is_named_by_its_beginning() -> None:
    assert [lab.name for lab in labs(["01"])] == ["01_ann_limitations"]
    with pytest.raises(CourseError, match="no lab '99'; there are 01_ann_limitations"):
        labs(["01", "99"])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("minutes = 5\n", "", "minutes"),
        ("minutes", "hours", "hours"),
        ('"01_tiny"', '"tiny"', "no lab name"),
        ("[[lab]]", "[[lab", "not a table"),
        ("{ double = 1 }", "{ double = 2 }", "bad_input gives 2 of the 4 points of double; 1 at most, a quarter"),
        ("{ double = 1 }", "{ triple = 1 }", "bad_input names triple, which is no exercise"),
        ("[[lab]]", small_course.SYLLABUS + "[[lab]]", "in order, each once"),
    ],
)
def test_a_wrong_table_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    small_course.make(tmp_path)
    path = tmp_path / "course" / "syllabus.toml"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(CourseError, match=says):
        labs(root=tmp_path)
