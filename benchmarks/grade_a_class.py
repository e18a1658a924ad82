"""Grades a generated class of lab 01, from a Moodle zip to feedback pages, and says how long it took.

    python benchmarks/grade_a_class.py --students 40 --workers 2

Each submission is the student lab with answers drawn from `tests/answers/`: right ones, wrong ones, and some exercises left
alone; a written answer; now and then a copied, deleted or edited check. Nobody here exists. The grading folder is kept.
"""

import argparse
from collections import Counter
import copy
import io
from pathlib import Path
import random
import sys
import tempfile
import time
import zipfile

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from course import notebooks  # noqa: E402
from course.answers import Exercises  # noqa: E402
from course.grading.grade import Options, grade  # noqa: E402
from course.grading.model import Result  # noqa: E402
from course.syllabus import Lab, labs  # noqa: E402


def submission(lab: Lab, exercises: Exercises, seed: int) -> tuple[bytes, dict[str, str]]:
    """Return a student's notebook, and for each exercise what was put in: "right", "wrong" or "untouched"."""
    draw, notebook, expected = random.Random(seed), notebooks.read(lab.student), {}
    for cell in notebook.cells:
        name = notebooks.grade_id(cell)
        if name in lab.points:
            kind = draw.choices(["right", "wrong", "untouched"], [0.7, 0.22, 0.08])[0]
            attempts = [a for a in exercises.attempts(name) if a.right == (kind == "right") and not a.automatic]
            if kind != "untouched":
                cell.source = draw.choice(attempts).source
            expected[name] = kind
        elif name in lab.written:
            cell.source = draw.choice(
                [
                    "Because neighbours matter to one and not to the other.",
                    "The MLP never knew which pixels are neighbours.",
                    cell.source,
                ]
            )
    checks = [cell for cell in notebook.cells if notebooks.is_check(cell)]
    tricked = draw.choice(checks)
    match draw.randrange(10):
        case 0:
            notebook.cells.remove(tricked)
        case 1:
            tricked.source = "pass"
        case 2:
            notebook.cells.append(copy.deepcopy(tricked))
            notebook.cells[-1].id = "copied"
    return notebooks.to_text(notebook).encode(), expected


def main() -> int:
    """Make the class, grade it, compare with what was put in; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lab", default="01")
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--to", type=Path, default=None, help="the grading folder (default: a new one)")
    options = parser.parse_args()
    (lab,) = labs([options.lab])
    exercises = Exercises(lab)
    to = options.to or Path(tempfile.mkdtemp(prefix="grading-"))
    archive, expected = to / "moodle.zip", {}
    to.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(1, options.students + 1):
            content, expected[number] = submission(lab, exercises, number)
            file.writestr(f"Student {number:02}_{1000 + number}_assignsubmission_file/{lab.name}.ipynb", content)
    notebooks.write(archive, buffer.getvalue())
    start = time.perf_counter()
    status = grade(lab, archive, to, Options(workers=options.workers))
    seconds = time.perf_counter() - start
    found, surprises = Counter(), []
    for path in sorted((to / "results" / lab.name).glob("*.json")):
        result = Result.from_json(path.read_text("utf-8"))
        number = int(result.lms["id"]) - 1000
        for exercise in result.exercises:
            put_in = expected[number][exercise.name]
            found[put_in, str(exercise.outcome)] += 1
            if (put_in == "right") != (exercise.points == exercise.max_points):
                surprises.append(
                    f"{result.student}, {exercise.name}: put in {put_in}, {exercise.outcome}: {exercise.message}"
                )
    for (put_in, outcome), count in sorted(found.items()):
        print(f"{count:4} {put_in:10} {outcome}")
    print("\n".join(surprises) or "every right answer got its points, and no other did")
    print(
        f"{options.students} submissions, {options.workers} workers: {seconds:.0f} s, {seconds / options.students:.1f} s each; in {to}"
    )
    return status or bool(surprises)


if __name__ == "__main__":
    sys.exit(main())
