"""Grades a class: collect and sanitize here, execute on workers, record here, one submission at a time; then the results.

Whatever is interrupted goes on where it stopped: each submission is recorded as soon as it is executed, and an unchanged one is
not executed again.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from course import notebooks
from course.grading.collect import submissions
from course.grading.execute import schedule, walls
from course.grading.model import Execution, Exercise, GradingError, Job, Limits, Outcome, Result, Status, Submission
from course.grading.prepare import sanitize
from course.grading.record import folder
from course.grading.record.keys import key
from course.grading.record.late import LatePolicy
from course.grading.record.record import Recorder
from course.grading.report import results
from course.syllabus import Lab, exercise_of


@dataclass(frozen=True)
class Options:
    """What an instructor may choose."""

    workers: int | None = None
    """Local processes; None means one a core."""
    scheduler: str | None = None
    """Address of a Dask scheduler, in place of local workers."""
    limits: Limits = field(default_factory=Limits)
    late: LatePolicy | None = None
    """None: that of the run before, which is kept in the grading folder."""
    on_time: bool = False
    """Forget the policy of the run before: lateness costs nothing."""
    students: tuple[str, ...] = ()
    """Only these; empty means all."""
    exercises: tuple[str, ...] = ()
    """Only these are executed; what was known of the others stays."""
    again: bool = False
    """Execute also what has not changed."""
    dry_run: bool = False
    """Say what would be done, and change nothing."""
    sandboxed: bool = True


def grade(lab: Lab, path: Path, to: Path, options: Options) -> int:
    """Grade the submissions of a lab and write the gradebook, tables, report and feedback.

    Args:
        lab: the lab.
        path: a folder with a folder for each student, or a learning platform's zip.
        to: the grading folder; made where there is none.
        options: the instructor's choices.

    Returns:
        The exit status: 0 where every submission got a row, also where some wait for a human.

    Raises:
        GradingError: if grading as a whole cannot go on. What was recorded before stays.
    """
    unknown = set(options.exercises) - set(lab.points)
    if unknown:
        raise GradingError(
            f"{lab.name} has no exercise {', '.join(sorted(unknown))}; it has {', '.join(lab.points)}. Written answers are "
            "marked in formgrader."
        )
    if options.sandboxed and not options.scheduler:
        walls.require()
    found = _selected(submissions.collect(path, lab), options.students, path)
    print(f"{lab.name}: {len(found)} submissions in {path}")
    if options.dry_run:
        return _dry_run(lab, found, to, options)
    to.mkdir(parents=True, exist_ok=True)
    with _only_one(to):
        folder.backup(to)
        with Recorder(to, lab, _late(to, lab, options)) as recorder:
            graded = list(_results(lab, found, recorder, options))
        results.write_results(to, lab)
    _summary(graded, to, lab)
    return 0


def _selected(found: list[Submission], students: tuple[str, ...], path: Path) -> list[Submission]:
    missing = sorted(set(students) - {submission.student for submission in found})
    if missing:
        there = ", ".join(sorted(submission.student for submission in found)[:20])
        raise GradingError(f"{path} holds nothing of {', '.join(missing)}. It holds: {there}")
    if not found:
        raise GradingError(
            f"{path} holds no submissions: it should hold a folder for each student, or be a platform's zip"
        )
    return [submission for submission in found if not students or submission.student in students]


def _only_one(to: Path):
    """Return a lock on the grading folder; raise at once where another run holds it."""
    from filelock import FileLock, Timeout

    lock = FileLock(to / ".grading.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise GradingError(f"another run is grading into {to}; wait for it, or choose another folder by --to") from None
    return lock


def _late(to: Path, lab: Lab, options: Options) -> LatePolicy | None:
    """Return the policy for lateness that holds, and keep it for the next run."""
    path = to / "results" / lab.name / "late-policy.txt"
    if options.late is not None:
        notebooks.write(path, options.late.to_json().encode())
    elif options.on_time:
        path.unlink(missing_ok=True)
    if not path.exists():
        return None
    try:
        policy = LatePolicy.from_json(path.read_text("utf-8"))
    except (ValueError, TypeError, KeyError) as error:
        raise GradingError(
            f"{path} is no policy for lateness ({error}): name --due again, which writes it anew"
        ) from None
    if options.late is None:
        print(
            f"Lateness as in the run before: due {policy.due.isoformat()} (--due TIME changes it, --due never ends it)"
        )
    return policy


def _unchanged(submission: Submission, lab: Lab, recorder: Recorder, options: Options) -> Result | None:
    """Return what is known of a submission if it need not be executed."""
    previous = recorder.previous(submission.student)
    if previous is None or options.again or options.exercises:
        return None
    return previous if previous.key == _key(submission, lab, options) else None


def _key(submission: Submission, lab: Lab, options: Options) -> str:
    return key(submission, lab, options.limits, sandboxed=options.sandboxed)


def _results(lab: Lab, found: list[Submission], recorder: Recorder, options: Options) -> Iterator[Result]:
    """Yield each submission's result as it is recorded; those that need no execution come first."""
    jobs, by_student = [], {submission.student: submission for submission in found}
    for submission in found:
        previous = _unchanged(submission, lab, recorder, options)
        if previous is not None:
            yield recorder.refresh(previous)
            continue
        job = sanitize.sanitize(
            submission, lab, options.limits, exercises=options.exercises or None, sandboxed=options.sandboxed
        )
        if isinstance(job, Result):
            yield recorder.record(submission, replace(job, key=_key(submission, lab, options)), None)
        else:
            jobs.append(job)
    if len(jobs) < len(found):
        print(f"{len(found) - len(jobs)} need no execution: unchanged since they were graded, or unreadable")
    running = schedule.run(jobs, workers=options.workers, scheduler=options.scheduler)
    for job, execution in running if jobs else ():
        submission = by_student[job.student]
        result = _result(lab, submission, job, execution, recorder.previous(job.student), options)
        yield recorder.record(submission, result, execution.notebook)


def _result(
    lab: Lab, submission: Submission, job: Job, execution: Execution, previous: Result | None, options: Options
) -> Result:
    """Return what is known of a submission after its execution."""
    sources = sanitize.sources(job)
    done = {exercise.name: replace(exercise, source=sources.get(exercise.name, "")) for exercise in execution.exercises}
    before = {exercise.name: exercise for exercise in previous.exercises} if previous else {}
    exercises = tuple(
        done.get(name) or before.get(name) or Exercise(name, points, outcome=Outcome.NOT_RUN, message="Not graded yet.")
        for name, points in lab.checks.items()
    )
    # After some exercises only, the rest is as old as it was: a whole run has to look at it again where that is due.
    before_partly = previous.key if previous else "partly"
    result = Result(
        lab=lab.name,
        student=submission.student,
        name=submission.name,
        key=before_partly if options.exercises else _key(submission, lab, options),
        status=Status.HUMAN if execution.needs_human else Status.GRADED,
        exercises=exercises,
        written=sanitize.written(job, lab),
        submitted_at=submission.submitted_at,
        seconds=execution.seconds,
        lms=submission.lms,
    )
    partly = (f"Only {', '.join(options.exercises)} graded again",) if options.exercises else ()
    return result.with_remarks(*job.remarks, *execution.remarks, *partly)


def _dry_run(lab: Lab, found: list[Submission], to: Path, options: Options) -> int:
    """Print what would be done with each submission."""
    for submission in found:
        previous = folder.previous(to, lab, submission.student)
        is_asked_for = options.again or options.exercises
        if previous and not is_asked_for and previous.key == _key(submission, lab, options):
            print(f"  {submission.student}: unchanged, stays at {previous.points:g} of {previous.max_points:g}")
            continue
        job = sanitize.sanitize(submission, lab, options.limits, exercises=options.exercises or None)
        if isinstance(job, Result):
            what = "cannot be read"
        else:
            asked = {exercise_of(name) for name in job.points}
            what = f"would be executed: {len(asked) - len(job.missing)} of {len(asked)} exercises attempted"
        print(f"  {submission.student}: {what}{''.join(f'; {remark}' for remark in job.remarks)}")
    print("Nothing was executed and nothing changed.")
    return 0


def _summary(graded: list[Result], to: Path, lab: Lab) -> None:
    counts = Counter(result.status for result in graded)
    print(
        f"{len(graded)} submissions: " + ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
    )
    for result in sorted(graded, key=lambda result: result.student):
        if result.status in (Status.HUMAN, Status.UNREADABLE):
            print(f"  {result.student}: {result.status}: {'; '.join(result.remarks)}")
    waiting = sum(bool(result.unmarked) for result in graded)
    if waiting:
        print(
            f"{waiting} have written answers to mark: start JupyterLab in {to} (docs/grading.md says how), Nbgrader > Formgrader; "
            "then grade again to take the marks over"
        )
    print(
        f"Results in {to / 'results' / lab.name}: report.html, grades.csv, moodle.csv, canvas.csv; feedback in {to / 'feedback'}"
    )
