"""What the steps of grading hand on to each other: plain data that goes through JSON."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
import hashlib
import json
from typing import Any

from course import version
from course.syllabus import CourseError


class GradingError(CourseError):
    """Grading as a whole cannot go on; the message says what, why and what to do next."""


class Status(StrEnum):
    """What became of a submission."""

    GRADED = "graded"
    REMARKS = "graded with remarks"
    HUMAN = "needs a human"
    UNREADABLE = "unreadable"


class Outcome(StrEnum):
    """What became of one exercise."""

    PASSED = "passed"
    FAILED = "failed"
    """The check ran and refused the answer, or the answer raised an error in it."""
    MISSING = "not attempted"
    """The stub as it was handed out, or no cell at all."""
    ERROR = "error in the exercise cell"
    """The cell that should define the function could not be run (a syntax error, an exception)."""
    LIMIT = "stopped at a limit"
    """Time, memory, processes, file size or output: the message names which."""
    KILLED = "killed the kernel"
    NOT_RUN = "not run"
    """An earlier cell killed the kernel or used up the notebook's time."""
    TAMPERED = "check tampered with"
    """It passed, but its check does not refuse a wrong answer any more, or it passes only with the rest of the notebook."""


@dataclass(frozen=True)
class Unit:
    """In which a limit is named on the command line."""

    name: str
    """As it stands after the number."""
    metavar: str
    size: int = 1
    """Of one, in the unit that `Limits` counts in."""
    kind: type = float

    def of(self, amount: float) -> float:
        """Return so many of the unit as `Limits` counts."""
        return int(amount * self.size) if self.size > 1 else amount

    def text(self, value: float) -> str:
        """Return a limit as text: "6 GiB"."""
        return f"{value / self.size:g} {self.name}".strip()


SECONDS, COUNT = Unit("s", "S"), Unit("", "N", kind=int)
MIB, GIB = Unit("MiB", "M", 2**20), Unit("GiB", "G", 2**30)


def _limit(default: float, what: str, option: str, unit: Unit, text: str | None = None) -> Any:
    """Return a field of `Limits`.

    Args:
        default: the limit where none is named.
        what: is limited, for the guide's table.
        option: of `python -m course grade`.
        unit: of the option.
        text: the option's help, where it says more than its name.
    """
    return field(default=default, metadata={"what": what, "option": option, "unit": unit, "help": text})


@dataclass(frozen=True)
class Limits:
    """The most that a submission may use. Seconds are wall clock; sizes are bytes."""

    cell_seconds: float = _limit(60, "time of a cell", "--cell-seconds", SECONDS, "for each cell")
    notebook_seconds: float = _limit(600, "time of a notebook", "--notebook-seconds", SECONDS, "for all of it")
    memory: int = _limit(6 * 2**30, "memory", "--memory-gib", GIB)
    """Of all processes together; address space of each."""
    processes: int = _limit(
        256, "processes and threads", "--processes", COUNT, "threads count: TensorFlow needs dozens"
    )
    """Threads count; TensorFlow starts dozens."""
    file_size: int = _limit(64 * 2**20, "a file", "--file-mib", MIB, "the largest file it may write")
    output_size: int = _limit(2 * 2**20, "output", "--output-mib", MIB, "what it may print")
    """Of all outputs of the notebook; what is longer is cut off, and ten times as much stops the kernel."""


@dataclass(frozen=True)
class HandedFile:
    """One file of a student's, as it was found."""

    parts: tuple[str, ...]
    """Its path, the student's folder first."""
    given: str
    """Its name as the student gave it, without what the learning platform put before it."""
    content: bytes | None = None
    """None: it was not read, because it is neither a notebook nor a zip, or was refused."""
    modified: datetime | None = None
    """The time that the file system or the learning platform states, never one that stands in the file."""
    refused: str = ""
    """Why it was not read; empty where there is no such reason."""


@dataclass(frozen=True)
class HandedIn:
    """All that one student handed in, not yet looked into."""

    student: str
    """The student's name or number, fit to be a folder's name."""
    files: tuple[HandedFile, ...] = ()
    remarks: tuple[str, ...] = ()
    lms: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """A digest by which it is known whether anything changed; times count only as the order that they give."""
        files = sorted(self.files, key=lambda file: (file.modified is not None, file.modified, file.parts))
        parts = [
            (*file.parts, file.refused, hashlib.sha256(file.content or b"").hexdigest(), file.content is None)
            for file in files
        ]
        return hashlib.sha256(json.dumps([self.student, parts, self.remarks]).encode()).hexdigest()


@dataclass(frozen=True)
class Submission:
    """One notebook that came back."""

    student: str
    """The student's name or number, fit to be a folder's name."""
    name: str
    """How the file was called where it was found."""
    content: bytes
    submitted_at: datetime | None = None
    remarks: tuple[str, ...] = ()
    """What a human should know of how it was found: "two notebooks, the newer one was taken"."""
    unreadable: str = ""
    """Why there is nothing to execute; empty where there is. The content is then whatever was found."""
    lms: dict[str, str] = field(default_factory=dict)
    """What the learning platform's download tells, to write its import file: "id", "name", ...; "login": the name of a
    student's folder or file as it came, where no platform gave it."""
    version: str = ""
    """Of the hand-out, as the notebook states it; empty where it states none."""


@dataclass(frozen=True)
class Exercise:
    """One graded function of a submission and what came of it."""

    name: str
    max_points: float
    points: float = 0.0
    outcome: Outcome = Outcome.MISSING
    message: str = ""
    """Plain text for the student: the check's message, or what stopped it. No hidden check's source."""
    source: str = ""
    """The student's cell."""
    comment: str = ""
    """A human's, from the gradebook."""


@dataclass(frozen=True)
class WrittenAnswer:
    """One answer in words. Its points come from a human, through the gradebook."""

    name: str
    max_points: float
    source: str = ""
    points: float | None = None
    comment: str = ""


@dataclass(frozen=True)
class Attempt:
    """A submission that does not count, because another one of the same student has more points."""

    key: str
    """As `Result.key`."""
    points: float | None
    """Without the penalty for lateness, as far as they are known; None where it cannot be read."""
    submitted_at: datetime | None = None


@dataclass(frozen=True)
class Result:
    """All that is known of a submission after a run; one JSON file a student."""

    lab: str
    student: str
    name: str
    key: str
    """Digest of the submission, the lab, the limits and the tools: the same key need not be executed again."""
    status: Status
    remarks: tuple[str, ...] = ()
    exercises: tuple[Exercise, ...] = ()
    written: tuple[WrittenAnswer, ...] = ()
    submitted_at: datetime | None = None
    penalty: float = 0.0
    """Points taken off for lateness."""
    seconds: float = 0.0
    """Of execution."""
    lms: dict[str, str] = field(default_factory=dict)
    version: str = field(default_factory=version)
    """Of the course that graded it."""
    handout: str = ""
    """Version of the hand-out that the notebook states."""

    others: tuple[Attempt, ...] = ()
    """Submissions of the same student that do not count."""

    @property
    def points(self) -> float:
        """Points so far: exercises and those written answers that a human has marked, less the penalty; not below 0."""
        marked = sum(answer.points or 0 for answer in self.written)
        return max(0.0, sum(exercise.points for exercise in self.exercises) + marked - self.penalty)

    @property
    def max_points(self) -> float:
        """The lab's points."""
        return sum(part.max_points for part in (*self.exercises, *self.written))

    @property
    def unmarked(self) -> tuple[str, ...]:
        """Written answers that wait for a human."""
        return tuple(answer.name for answer in self.written if answer.points is None)

    def with_remarks(self, *remarks: str) -> "Result":
        """Return the result with further remarks; a plainly graded one becomes one graded with remarks."""
        if not remarks:
            return self
        status = Status.REMARKS if self.status is Status.GRADED else self.status
        return replace(self, remarks=tuple(dict.fromkeys(self.remarks + remarks)), status=status)

    def to_json(self) -> str:
        """Return the result as text."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, default=str) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Result":
        """Return the result that `to_json` wrote.

        Raises:
            ValueError: if the text is no such result; a missing field, or one of an older form, counts.
        """
        try:
            values = json.loads(text)
            values["status"] = Status(values["status"])
            values["exercises"] = tuple(
                Exercise(**exercise | {"outcome": Outcome(exercise["outcome"])}) for exercise in values["exercises"]
            )
            values["written"] = tuple(WrittenAnswer(**answer) for answer in values["written"])
            values["remarks"] = tuple(values["remarks"])
            values["submitted_at"] = _moment(values["submitted_at"])
            values["others"] = tuple(
                Attempt(**other | {"submitted_at": _moment(other["submitted_at"])})
                for other in values.get("others", ())
            )
            return cls(**{"version": "before 0.2.0"} | values)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"not a grading result: {error}") from error


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Job:
    """What a worker gets for one submission, as JSON: nothing that it does not need."""

    lab: str
    student: str
    notebook: str
    """The sanitized notebook as JSON text: the lab's imports, the student's cells, the lab's checks, in the lab's order."""
    points: dict[str, float]
    """Function -> points: the exercises to grade, in order."""
    limits: Limits = Limits()
    sandboxed: bool = True
    functions: dict[str, list[str]] = field(default_factory=dict)
    """Exercise -> the functions that its cell defines in the course's solution: what its checks call."""
    in_process: tuple[str, ...] = ()
    """Functions whose checks run in the student's process, because what they take or give cannot leave it."""
    secret: str = ""
    """By which checks draw their numbers, besides the course's seed."""
    missing: tuple[str, ...] = ()
    """Functions of `points` that were not attempted: the stub as it was handed out, or no cell at all. Outcome.MISSING."""
    remarks: tuple[str, ...] = ()
    """What a human should know of how the notebook was put together; goes into the result."""

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> "Job":
        """Return the job that went through JSON, as `asdict` gives it."""
        lists = {name: tuple(values.get(name, ())) for name in ("missing", "remarks", "in_process")}
        return cls(**values | lists | {"limits": Limits(**values["limits"])})


@dataclass(frozen=True)
class Execution:
    """What a worker gives back."""

    notebook: str
    """The executed notebook as JSON text, with outputs."""
    exercises: tuple[Exercise, ...]
    """Outcome, points and message of each exercise; `source` is left empty."""
    remarks: tuple[str, ...] = ()
    needs_human: bool = False
    seconds: float = 0.0

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> "Execution":
        """Return the execution that went through JSON, as `asdict` gives it."""
        exercises = tuple(
            Exercise(**exercise | {"outcome": Outcome(exercise["outcome"])}) for exercise in values["exercises"]
        )
        return cls(**values | {"exercises": exercises, "remarks": tuple(values["remarks"])})
