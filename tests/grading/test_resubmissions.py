"""Which of a student's submissions counts: the last or, where it was asked for, the best; the same in every run."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from course.grading.execute import schedule
from course.grading.grade import Options, grade
from course.grading.model import Execution, Exercise, Job, Limits, Outcome, Result, Status, Submission
from course.grading.prepare.sanitize import sources
from course.grading.record.folder import previous
from course.grading.record.late import LatePolicy
from course.grading.record.record import Recorder
from course.grading.report.results import write_results
from course.syllabus import Lab, exercise_of
from tests.grading import small_lab
from tests.grading.recording import DUE, NOON, grades, key, mark, refresh, run, submitted

LATER = NOON + timedelta(hours=20)
GOOD = submitted()
WORSE = submitted(notebook=small_lab.partly(mean_square=small_lab.WRONG["mean_square"]), submitted_at=LATER)


def worse(folder: Path, lab: Lab, late: LatePolicy | None = None, **outcomes: Outcome) -> Result:
    """Hand in the worse one, later, where the best counts."""
    (stored,) = run(folder, lab, WORSE, late=late, best=True, **{"mean_square": Outcome.FAILED} | outcomes)
    return stored


def test_the_last_counts_unless_the_best_was_asked_for(folder: Path, lab: Lab) -> None:
    run(folder, lab, GOOD)
    (stored,) = run(folder, lab, WORSE, mean_square=Outcome.FAILED)
    assert (stored.points, stored.submitted_at) == (8, LATER)
    assert not stored.remarks


def test_the_better_stays_in_results_gradebook_and_feedback_and_a_remark_says_so(folder: Path, lab: Lab) -> None:
    run(folder, lab, GOOD)
    stored = worse(folder, lab)
    assert (stored.points, stored.submitted_at, stored.status) == (10, NOON, Status.REMARKS)
    assert stored.remarks == (
        "Resubmission: the submission of 2026-03-02 12:00 UTC with 10 points counts; the one of 2026-03-03 08:00 UTC has 8",
    )
    assert previous(folder, lab, "ada") == stored
    assert grades(folder)["check_mean_square"] == (2, False)
    assert (folder / "submitted/ada/01_small/01_small.ipynb").read_bytes() == GOOD.content
    write_results(folder, lab)
    page = (folder / "feedback/ada/01_small.html").read_text("utf-8")
    assert "10 of 12 points" in page
    assert stored.remarks[0] in page
    assert worse(folder, lab) == stored, "as often as it is graded"


def test_a_better_one_counts_and_so_does_the_later_of_equals(folder: Path, lab: Lab) -> None:
    run(folder, lab, replace(WORSE, submitted_at=NOON), mean_square=Outcome.FAILED)
    (stored,) = run(folder, lab, replace(GOOD, submitted_at=LATER), best=True)
    assert (stored.points, stored.submitted_at, stored.remarks) == (10, LATER, ())
    other = submitted(notebook=small_lab.filled(small_lab.RIGHT_WITH_LOOPS), submitted_at=LATER + timedelta(hours=1))
    (stored,) = run(folder, lab, other, best=True)
    assert (stored.points, stored.submitted_at) == (10, other.submitted_at)


def test_what_is_compared_is_what_lateness_leaves(folder: Path, lab: Lab) -> None:
    run(folder, lab, WORSE_BUT_ON_TIME, mean_square=Outcome.FAILED)
    late = replace(DUE, due=NOON + timedelta(hours=1), points_per_day=3)
    (stored,) = run(folder, lab, replace(GOOD, submitted_at=LATER), late=late, best=True)
    assert (stored.points, stored.submitted_at, stored.penalty) == (8, NOON, 0)
    assert "with 8 points counts; the one of 2026-03-03 08:00 UTC has 7" in stored.remarks[0]


WORSE_BUT_ON_TIME = replace(WORSE, submitted_at=NOON)


def test_it_is_not_executed_again_while_it_stays_worse(folder: Path, lab: Lab) -> None:
    run(folder, lab, WORSE_BUT_ON_TIME, mean_square=Outcome.FAILED)
    late = replace(DUE, due=NOON + timedelta(hours=1), points_per_day=3)
    good = replace(GOOD, submitted_at=LATER)
    run(folder, lab, good, late=late, best=True)
    for policy, best, is_done in ((late, True, True), (late, False, False), (None, True, False)):
        with Recorder(folder, lab, policy, best=best) as recorder:
            assert recorder.is_done(recorder.previous("ada"), key(good, lab, Limits())) is is_done
            assert recorder.is_done(recorder.previous("ada"), key(WORSE, lab, Limits()))
    stored = refresh(folder, lab, late=replace(late, points_per_day=2.5), best=True)
    assert stored.remarks[0].endswith("has 7.5"), "what lateness costs is worked out anew"


def test_one_that_cannot_be_read_never_takes_the_place_of_one_that_can(folder: Path, lab: Lab) -> None:
    broken = Submission("ada", "ada/x.ipynb", b"{", LATER)
    run(folder, lab, GOOD)
    (stored,) = run(folder, lab, broken, best=True)
    assert (stored.points, stored.status) == (10, Status.REMARKS)
    assert stored.remarks[0].endswith("the one of 2026-03-03 08:00 UTC cannot be read")
    assert (folder / "autograded/ada/01_small/01_small.ipynb").exists()
    run(folder, lab, broken)
    (stored,) = run(folder, lab, WORSE, best=True, mean_square=Outcome.FAILED)
    assert (stored.points, stored.status) == (8, Status.GRADED)


def test_what_a_human_has_yet_to_look_at_is_worth_nothing_before(folder: Path, lab: Lab) -> None:
    run(folder, lab, WORSE_BUT_ON_TIME, mean_square=Outcome.FAILED)
    (stored,) = run(folder, lab, replace(GOOD, submitted_at=LATER), best=True, running_total=Outcome.TAMPERED)
    assert (stored.points, stored.submitted_at) == (8, NOON)
    assert stored.status is Status.REMARKS


@pytest.mark.parametrize(
    ("answer", "says"), [(small_lab.ANSWER, "has 10"), ("Another answer.", "has 10"), (None, "has 8.5")]
)
def test_humans_marks_count_where_the_text_is_the_same(folder: Path, lab: Lab, answer: str | None, says: str) -> None:
    run(folder, lab, GOOD)
    mark(folder, "why_a_copy", 1.5)
    mark(folder, "check_running_total", 3.5)
    changed = small_lab.partly(mean_square=small_lab.WRONG["mean_square"])
    small_lab.find(changed, "why_a_copy").source = answer or small_lab.find(small_lab.stub(), "why_a_copy").source
    (stored,) = run(folder, lab, submitted(notebook=changed, submitted_at=LATER), best=True, mean_square=Outcome.FAILED)
    assert stored.points == 10 + 0.5 + 1.5
    assert stored.remarks[0].endswith(says)
    assert refresh(folder, lab, best=True) == stored
    mark(folder, "check_running_total", 0)
    assert refresh(folder, lab, best=True).points == 8.5


def executed(jobs: list[Job], **_: object) -> Iterator[tuple[Job, Execution]]:
    """Stand in for the workers: what is WRONG fails, all else passes."""
    for job in jobs:
        JOBS.append(sources(job)["mean_square"])
        wrong = {name for name, source in sources(job).items() if source == small_lab.WRONG[exercise_of(name)]}
        exercises = tuple(
            Exercise(name, most, 0.0 if name in wrong else most, Outcome.FAILED if name in wrong else Outcome.PASSED)
            for name, most in job.points.items()
        )
        yield job, Execution(job.notebook, exercises)


JOBS: list[str] = []
RIGHT, WRONG = small_lab.RIGHT["mean_square"], small_lab.WRONG["mean_square"]


def test_a_class_graded_again_and_again(tmp_path: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worse resubmission is executed once, however often it is graded, and never mixed with the better."""
    monkeypatch.setattr(schedule, "run", executed)
    handed_in, to = tmp_path / "submissions", tmp_path / "grading"
    best = Options(sandboxed=False, best=True)

    def graded_with(options: Options) -> tuple[Result, list[str]]:
        JOBS.clear()
        grade(lab, handed_in, to, options)
        return previous(to, lab, "ada"), [source.strip() for source in JOBS]

    right, wrong = RIGHT.strip(), WRONG.strip()
    small_lab.hand_in(handed_in, "ada", GOOD.content)
    first, _ = graded_with(best)
    small_lab.hand_in(handed_in, "ada", WORSE.content)
    stored, ran = graded_with(best)
    assert (stored.points, stored.key, ran) == (10, first.key, [wrong])
    assert stored.remarks[-1].endswith("has 8")
    assert graded_with(best) == (stored, [])
    part, ran = graded_with(replace(best, exercises=("mean_square",)))
    assert (part.points, part.exercises[0].points, ran) == (10, 2, [right])
    longer, ran = graded_with(replace(best, limits=Limits(cell_seconds=50)))
    assert (longer.points, ran) == (10, [right, wrong]), "both are executed under the other limits"
    assert longer.key != first.key
    assert longer.remarks[-1].endswith("has 8")
    _, ran = graded_with(replace(best, again=True))
    assert ran == [right, wrong]
    last, ran = graded_with(replace(best, best=False))
    assert (last.points, last.others, ran) == (8, (), [wrong])
