"""What submissions become before they are executed, for the tests of it."""

import nbformat
from nbformat import NotebookNode

from course import notebooks
from course.grading.model import Job, Limits, Submission
from course.grading.prepare.sanitize import sanitize
from course.syllabus import Lab
from tests.grading import small_lab


def job_of(notebook: NotebookNode | bytes, lab: Lab, **options) -> Job:
    content = notebook if isinstance(notebook, bytes) else small_lab.to_bytes(notebook)
    job = sanitize(Submission("ada", "ada/lab.ipynb", content), lab, Limits(), **options)
    assert isinstance(job, Job), job
    nbformat.validate(nbformat.reads(job.notebook, as_version=4))
    return job


def cells(job: Job, part: str | None = None) -> list[dict]:
    found = nbformat.reads(job.notebook, as_version=4).cells
    return [cell for cell in found if part in (None, cell.metadata.grading.part)]


def outcome(job: Job) -> dict[str, bool]:
    """Return which checks pass where the job's cells are run in order, errors allowed."""
    namespace, passed = {}, {}
    for cell in cells(job):
        if cell.cell_type != "code":
            continue
        try:
            exec(cell.source, namespace)  # noqa: S102
            error = None
        except Exception as raised:  # students' code may raise anything
            error = raised
        if cell.metadata.grading.part == "check":
            passed[notebooks.grade_id(cell).removeprefix("check_")] = error is None
    return passed


def edited(notebook: NotebookNode, name: str, source: str) -> NotebookNode:
    small_lab.find(notebook, name).source = source
    return notebook
