"""Grades a class: collect here, prepare in a process apart, execute on workers, record here; then the results.

Whatever is interrupted goes on where it stopped: each submission is recorded as soon as it is executed, and an unchanged one is
not executed again.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from course import notebooks
from course.grading import handout
from course.grading.collect import submissions
from course.grading.collect.submissions import Collected
from course.grading.execute import limits, schedule, walls
from course.grading.handout import Handout
from course.grading.model import Execution, Exercise, GradingError, Job, Limits, Outcome, Result, Status, Submission
from course.grading.prepare import sanitize
from course.grading.prepare.preparation import Preparation
from course.grading.prepare.text import shown
from course.grading.record import folder
from course.grading.record.keys import Keys, handed_in, is_of
from course.grading.record.late import LatePolicy
from course.grading.record.record import Recorder
from course.grading.report import results
from course.syllabus import Lab, exercise_of

MOST_SHOWN = 5000
"""Characters of what is printed of a student."""


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
    exam: str = ""
    """The secret that the hand-out was released with, by which checks draw their numbers."""
    best: bool = False
    """Of several submissions of a student, the best counts, after the penalty for lateness; otherwise the last."""
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
    _known(lab, options)
    if options.sandboxed and not options.scheduler:
        walls.require()
    with submissions.collected(path, lab) as everybody, Preparation() as preparation:
        found = _selected(everybody, options.students, path)
        handed = handout.of_class(lab, found, preparation, to, options.exam)
        lab = handed.lab
        _known(lab, options)
        print(f"{lab.name}, {handed.variant}: {len(found)} submissions in {path}")
        if options.dry_run:
            return _dry_run(handed, found, preparation, to, options)
        if not options.scheduler:
            print(limits.limits_that_hold())
        with folder.writing_told(to), _only_one(to):
            folder.backup(to)
            with Recorder(to, lab, _late(to, lab, options), best=options.best) as recorder:
                handout.keep(handed, to)
                graded = list(_results(handed, found, preparation, recorder, options))
            results.write_results(to, lab)
    _summary(graded, to, lab)
    return 0


def _known(lab: Lab, options: Options) -> None:
    if unknown := set(options.exercises) - set(lab.points):
        raise GradingError(
            f"{lab.name} has no exercise {', '.join(sorted(unknown))}; it has {', '.join(lab.points)}. Written answers are "
            "marked in formgrader."
        )


def _selected(everybody: list[Collected], students: tuple[str, ...], path: Path) -> list[Collected]:
    missing = sorted(set(students) - {one.student for one in everybody})
    if missing:
        there = ", ".join(sorted(one.student for one in everybody)[:20])
        raise GradingError(f"{path} holds nothing of {', '.join(missing)}. It holds: {there}")
    return [one for one in everybody if not students or one.student in students]


def _only_one(to: Path):
    """Return a lock on the grading folder; raise at once where another run holds it."""
    from filelock import FileLock, Timeout

    to.mkdir(parents=True, exist_ok=True)
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


@dataclass(frozen=True)
class _Entry:
    """A student's submission on its way through a run."""

    collected: Collected
    digest: str
    """Of all that was handed in."""
    previous: Result | None
    """Of an earlier run."""
    submission: Submission | None
    """None where it is the one that the earlier run chose."""

    def is_unchanged(self, keys: Keys, options: Options, recorder: Recorder | None = None) -> bool:
        """Whether there is nothing to execute."""
        if self.previous is None or options.again or options.exercises:
            return False
        key = keys.of(self.digest)
        if recorder:
            return recorder.is_done(self.previous, key)
        return key in (self.previous.key, *(other.key for other in self.previous.others if options.best))

    def counting(self, keys: Keys, options: Options, recorder: Recorder) -> "_Entry | None":
        """Return the submission that counts, where it is another than this and has to be executed again before it."""
        before = self.previous
        if not options.best or before is None or is_of(before.key, self.digest) or before.status is Status.UNREADABLE:
            return None
        counting = _Entry(self.collected, handed_in(before.key), before, recorder.submission(before))
        return None if counting.is_unchanged(keys, options) or not counting.submission.content else counting


def _looked_into(
    one: Collected, lab: Lab, preparation: Preparation, previous: Callable[[str], Result | None]
) -> _Entry:
    """Return what is known of a submission; it is looked into only where it is another than that of an earlier run."""
    found, before = one.read(), previous(one.student)
    known = [before.key, *(other.key for other in before.others)] if before else []
    is_known = any(is_of(key, found.digest) for key in known)
    return _Entry(one, found.digest, before, None if is_known else preparation.choose(found, lab))


def _prepared(
    entry: _Entry, handed: Handout, preparation: Preparation, options: Options
) -> tuple[Submission, Job | Result]:
    """Return the notebook that is graded, and what is to be executed of it."""
    submission = entry.submission or preparation.choose(entry.collected.read(), handed.lab)
    job = preparation.sanitize(
        submission, handed.lab, options.limits, exercises=options.exercises or None, sandboxed=options.sandboxed
    )
    if isinstance(job, Result):
        return submission, job
    return submission, replace(job, secret=handed.secret, remarks=(*job.remarks, *handed.remark(submission.version)))


def _results(
    handed: Handout, found: list[Collected], preparation: Preparation, recorder: Recorder, options: Options
) -> Iterator[Result]:
    """Yield each submission's result as it is recorded; those that need no execution come first."""
    lab = handed.lab
    entries = [_looked_into(one, lab, preparation, recorder.previous) for one in found]
    keys = Keys(lab, options.limits, sandboxed=options.sandboxed, exam=handed.exam)
    unchanged = [entry for entry in entries if entry.is_unchanged(keys, options, recorder)]
    yield from recorder.refresh_all([replace(entry.previous, lms=entry.collected.lms) for entry in unchanged])
    done = {entry.collected.student for entry in unchanged}
    changed = [entry for entry in entries if entry.collected.student not in done]
    # The best of several submissions is judged by the same checks and limits as the one that it is compared with.
    counting = [kept for entry in changed if (kept := entry.counting(keys, options, recorder))]
    first = list(_executed(handed, counting, preparation, recorder, keys, options)) if counting else []
    if options.exercises:  # those of the submission that counts: no result is put together of two
        yield from first
        done = {result.student for result in first}
        changed = [entry for entry in changed if entry.collected.student not in done]
    if unchanged:
        print(f"{len(unchanged)} need no execution: unchanged since they were graded")
    yield from _executed(handed, changed, preparation, recorder, keys, options)


def _executed(
    handed: Handout, entries: list[_Entry], preparation: Preparation, recorder: Recorder, keys: Keys, options: Options
) -> Iterator[Result]:
    """Yield the results of submissions as they are executed and recorded; what cannot be read comes first."""
    jobs, by_student = [], {}
    for entry in entries:
        submission, job = _prepared(entry, handed, preparation, options)
        by_student[submission.student] = submission, entry
        if isinstance(job, Result):
            yield recorder.record(submission, replace(job, key=keys.of(entry.digest)), None)
        else:
            jobs.append(job)
    running = schedule.run(jobs, workers=options.workers, scheduler=options.scheduler)
    for job, execution in running if jobs else ():
        submission, entry = by_student[job.student]
        result = _result(handed.lab, submission, job, execution, recorder.previous(job.student), options)
        # After some exercises only, the rest is as old as it was: a whole run has to look at it again where that is due.
        before = entry.previous.key if entry.previous else "partly"
        result = replace(result, key=before if options.exercises else keys.of(entry.digest))
        yield recorder.record(submission, result, execution.notebook)


def _result(
    lab: Lab, submission: Submission, job: Job, execution: Execution, previous: Result | None, options: Options
) -> Result:
    """Return what is known of a submission after its execution, without a key."""
    sources = sanitize.sources(job)
    done = {exercise.name: replace(exercise, source=sources.get(exercise.name, "")) for exercise in execution.exercises}
    before = {exercise.name: exercise for exercise in previous.exercises} if previous else {}
    exercises = tuple(
        done.get(name) or before.get(name) or Exercise(name, points, outcome=Outcome.NOT_RUN, message="Not graded yet.")
        for name, points in lab.checks.items()
    )
    result = Result(
        lab=lab.name,
        student=submission.student,
        name=submission.name,
        key="",
        status=Status.HUMAN if execution.needs_human else Status.GRADED,
        exercises=exercises,
        written=sanitize.written(job, lab),
        submitted_at=submission.submitted_at,
        seconds=execution.seconds,
        lms=submission.lms,
        handout=submission.version,
    )
    partly = (f"Only {', '.join(options.exercises)} graded again",) if options.exercises else ()
    return result.with_remarks(*job.remarks, *execution.remarks, *partly)


def _dry_run(handed: Handout, found: list[Collected], preparation: Preparation, to: Path, options: Options) -> int:
    """Print what would be done with each submission."""
    lab = handed.lab
    keys = Keys(lab, options.limits, sandboxed=options.sandboxed, exam=handed.exam)
    for one in found:
        entry = _looked_into(one, lab, preparation, lambda student: folder.previous(to, lab, student))
        if entry.is_unchanged(keys, options):
            previous = entry.previous
            print(f"  {one.student}: unchanged, stays at {previous.points:g} of {previous.max_points:g}")
            continue
        _, job = _prepared(entry, handed, preparation, options)
        if isinstance(job, Result):
            what = "cannot be read"
        else:
            asked = {exercise_of(name) for name in job.points}
            what = f"would be executed: {len(asked) - len(job.missing)} of {len(asked)} exercises attempted"
        print(shown(f"  {one.student}: {what}{''.join(f'; {remark}' for remark in job.remarks)}", MOST_SHOWN))
    print("Nothing was executed and nothing changed.")
    return 0


def _summary(graded: list[Result], to: Path, lab: Lab) -> None:
    counts = Counter(result.status for result in graded)
    print(
        f"{len(graded)} submissions: " + ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
    )
    for result in sorted(graded, key=lambda result: result.student):
        if result.status in (Status.HUMAN, Status.UNREADABLE):
            print(shown(f"  {result.student}: {result.status}: {'; '.join(result.remarks)}", MOST_SHOWN))
    waiting = sum(bool(result.unmarked) for result in graded)
    if waiting:
        print(
            f"{waiting} have written answers to mark: start JupyterLab in {to} (docs/grading.md says how), Nbgrader > Formgrader; "
            "then grade again to take the marks over"
        )
    print(
        f"Results in {to / 'results' / lab.name}: report.html, grades.csv, moodle.csv, canvas.csv; feedback in {to / 'feedback'}"
    )
