"""Variants of hand-outs: their cells and points, the version that tells them apart, and how a class's is found."""

from pathlib import Path

from packaging.version import Version
import pytest

from course import lint, notebooks, version
from course.derive import student_labs
from course.frame import headings
from course.run import execute
from course.syllabus import CourseError, Lab, labs
from course.variants import FILLED, Variant, chosen, fingerprint, lab_of, solution_of
from tests import small_course

LABS = labs()
SECRET = "a secret of this class"
EXAM = fingerprint(SECRET)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return small_course.make(tmp_path)


def text_of(notebook) -> str:
    return "\n".join(cell.source for cell in notebook.cells)


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name[:2])
def test_core_of_every_lab_is_its_core(lab: Lab) -> None:
    core = lab_of(lab, Variant(core=True))
    solution = notebooks.read(lab.solution)
    start, end = ({text: n for n, text in headings(solution, 2)}[name] for name in ("Further", "Read on"))
    (notebook,) = student_labs([core]).values()
    ids = {cell.id for cell in notebook.cells}
    assert not ids & {cell.id for cell in solution.cells[start:end]}
    assert solution.cells[end].id in ids
    assert not [
        text for level in (2, 3) for _, text in headings(notebook, level) if "further)" in text or text == "Further"
    ]
    further = {notebooks.grade_id(cell) for cell in solution.cells[start:end] if notebooks.is_solution(cell)}
    assert core.points.keys() | core.written.keys() == (lab.points.keys() | lab.written.keys()) - further
    assert further or lab.name == "10_seeing_inside", "no exercise is left out: nothing was tested"
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert not [name for name in further if f"def {name}(" in code or f" {name}(" in code]
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert sum(cell.metadata.nbgrader.points for cell in graded) == core.total_points
    assert (core.total_points < lab.total_points) == bool(further)
    assert f"*{lab.minutes} minutes for you; at most {lab.seconds} s" in text_of(notebook)
    assert f"; {core.total_points:g} points. " in text_of(notebook)
    assert "This is the core" in text_of(notebook)
    assert not lint.student_problems(core, solution_of(core), notebook)


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name[:2])
def test_every_exercise_can_be_filled(lab: Lab) -> None:
    filled = lab_of(lab, Variant(filled=tuple(lab.points)))
    assert (filled.points, filled.bad_input, filled.written) == ({}, {}, lab.written)
    (notebook,) = student_labs([filled]).values()
    assert "HIDDEN" not in text_of(notebook)
    tagged = [cell for cell in notebook.cells if FILLED in notebooks.tags(cell)]
    assert len(tagged) == len(lab.points)
    assert not [cell for cell in tagged if "raise NotImplementedError" in cell.source or "SOLUTION" in cell.source]
    assert text_of(notebook).count("(solved here, no points, ") == len(lab.points)
    assert not [cell for cell in notebook.cells if notebooks.is_check(cell)]
    assert len(notebook.cells) == sum("role" not in cell.metadata or "instructor" not in cell.metadata.role
                                      for cell in notebooks.read(lab.solution).cells)  # fmt: skip


def test_core_of_a_lab_runs_with_a_filled_exercise_solved(tmp_path: Path) -> None:
    """As conftest's RunAll does: nothing raises but what is still to be solved, and the checks of what is filled pass."""
    (lab,) = labs(["02"])
    variant = lab_of(lab, Variant(core=True, filled=("output_size", "receptive_field")))
    (notebook,) = student_labs([variant]).values()
    execute(notebook, lab.student.parent, "the core of lab 02", as_a_student=True)
    raised = {
        cell.id: output.ename
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    }
    assert set(raised.values()) == {"NotImplementedError"}
    checks = {cell.id for cell in notebook.cells if cell.id.startswith(("check-", "bad_input-"))}
    passed = {f"{kind}-{name}" for kind in ("check", "bad_input") for name in variant.filled}
    assert passed < checks
    assert checks - raised.keys() == passed


def test_what_uses_an_exercise_that_is_left_out_is_left_out(lab: Lab) -> None:
    headers = {"halve": ' exercise="halve"', "check_halve": ' check="halve"', "halves": ' uses="halve, double"'}
    sources = {
        "end": "## What we have seen\n\nTwice.\n\n## Check yourself\n\nIs it?",
        "further": "## Further",
        "halve": small_course.SOLUTION.replace("double", "halve"),
        "check_halve": small_course.CHECK.replace("double", "halve"),
        "read": "## Read on\n\n- Nothing.",
        "halves": "print(halve(np.ones(2)))",
    }
    syllabus = lab.root / "course" / "syllabus.toml"
    syllabus.write_text(syllabus.read_text().replace("{ double = 4 }", "{ double = 4, halve = 2 }"))
    (lab,) = labs(root=lab.root)
    markdown = dict.fromkeys(("further", "read"), small_course.MARKDOWN)
    small_course.save(lab, headers | markdown, **sources)
    core = lab_of(lab, Variant(core=True))
    assert (core.points, core.bad_input, core.written) == ({"double": 4}, {"double": 1}, {"why": 1})
    assert "halve" in text_of(solution_of(lab))
    assert "halve" not in text_of(solution_of(core))
    assert "print(double(np.ones(2)))" in text_of(solution_of(core))
    with pytest.raises(CourseError, match="halve belongs to a further section"):
        lab_of(lab, Variant(core=True, filled=("halve",)))
    small_course.save(lab, headers | markdown, **sources | {"further": "More.\n\n## Further"})
    with pytest.raises(CourseError, match="`## Further` has to begin a cell"):
        lab_of(lab, Variant(core=True))


def test_a_filled_exercise_that_is_not_there_is_named(lab: Lab) -> None:
    with pytest.raises(CourseError, match="01_tiny has no exercise treble; it has double"):
        lab_of(lab, Variant(filled=("treble",)))


def test_the_plain_variant_is_the_lab(lab: Lab) -> None:
    assert lab_of(lab, Variant()) == lab
    assert solution_of(lab) == notebooks.read(lab.solution)


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name[:2])
@pytest.mark.parametrize("exam", ["", EXAM])
@pytest.mark.parametrize("core", [False, True])
def test_a_version_says_which_variant_it_is(lab: Lab, core: bool, exam: str) -> None:
    names = list(lab.points)
    for filled in ((), names[:1], names[1:3], names[::2], names):
        variant = Variant(core, tuple(filled), exam)
        text = variant.version()
        assert str(Version(text)) == text, "no tool writes it otherwise"
        assert text.partition("+")[0] == version()
        assert Variant.of(lab, text) == variant
        assert Variant.of(lab, text.replace(version(), "0.1")) == variant


@pytest.mark.parametrize(
    "text",
    ["", "0.3.0", "nonsense", "0.3.0+", "0.3.0+local", "0.3.0+fill", "0.3.0+fill.treble", "0.3.0+core.more", "0.3.0+exam.12", "+" * 90],
)  # fmt: skip
def test_what_states_no_variant_is_plain(lab: Lab, text: str) -> None:
    assert Variant.of(lab, text) == Variant()


def test_names_that_begin_alike_are_told_apart(lab: Lab) -> None:
    from dataclasses import replace

    lab = replace(lab, points={"x": 1, "x_y": 1, "y_z": 1, "z": 1, "exam": 1})
    for filled in (("x",), ("x_y",), ("x", "y_z"), ("x_y", "z"), ("x", "x_y", "y_z", "z"), ("exam",), ("z", "exam")):
        for exam in ("", EXAM):
            again = Variant.of(lab, Variant(filled=filled, exam=exam).version())
            assert again.exam == exam
            assert ".".join(again.filled).replace("_", ".") == ".".join(filled).replace("_", ".")


def test_a_fingerprint_tells_secrets_apart_and_a_short_one_is_refused() -> None:
    assert fingerprint(SECRET) == EXAM != fingerprint(SECRET + ".")
    assert len(EXAM) == len(bytes.fromhex(EXAM)) * 2 == 8
    assert EXAM[0].isalpha()
    with pytest.raises(CourseError, match="a secret of 7 characters can be guessed; 8 are needed"):
        fingerprint("1234567")


CORE, PLAIN = Variant(core=True), Variant()
EXAM_VARIANT = Variant(core=True, exam=EXAM)


@pytest.mark.parametrize(
    ("stated", "secret", "variant"),
    [
        ([PLAIN] * 3, "", PLAIN),
        ([CORE] * 3, "", CORE),
        ([CORE] * 9 + [PLAIN], "", CORE),
        ([CORE] * 2 + [PLAIN], "", CORE),
        ([EXAM_VARIANT] * 3, SECRET, EXAM_VARIANT),
        ([], "", PLAIN),
    ],
)
def test_the_variant_that_a_class_states(lab: Lab, stated: list[Variant], secret: str, variant: Variant) -> None:
    found, remarks = chosen([one.version() for one in stated], lab, secret)
    assert found == variant
    others = [one != stated[0] for one in stated]
    assert [bool(remark) for remark in remarks] == others
    assert all("comes from another hand-out (the whole lab)" in remark for remark in remarks if remark)


def test_who_states_nothing_is_graded_like_the_class(lab: Lab) -> None:
    """An editor may drop a notebook's metadata: that outvotes nobody."""
    assert chosen([""] * 5, lab) == (PLAIN, [""] * 5)
    found, remarks = chosen(["", "", "", CORE.version(), CORE.version()], lab)
    assert found == CORE
    assert [bool(remark) for remark in remarks] == [True, True, True, False, False]
    assert "does not say which hand-out" in remarks[0]
    assert "graded like the class (the core)" in remarks[0]
    assert chosen(["", ""], lab, SECRET)[0] == Variant(exam=EXAM), "nothing that is stated is against it"


@pytest.mark.parametrize(
    ("stated", "secret", "says"),
    [
        ([CORE, PLAIN], "", r"several hand-outs \(the core: 1; the whole lab: 1\).*--students"),
        ([CORE] * 9 + [PLAIN] * 3, "", "several hand-outs"),
        ([EXAM_VARIANT] * 3, "", f"handed out as an exam .{EXAM}.: name the secret"),
        ([EXAM_VARIANT] * 3, "another secret", f"for the exam {EXAM}, and this secret's fingerprint is"),
        ([EXAM_VARIANT] * 3, "short", "a secret of 5 characters"),
        ([PLAIN] * 3, SECRET, "was not handed out as an exam: grade it without --exam"),
    ],
)
def test_classes_that_cannot_be_graded_as_one(lab: Lab, stated: list[Variant], secret: str, says: str) -> None:
    with pytest.raises(CourseError, match=says):
        chosen([one.version() for one in stated], lab, secret)
