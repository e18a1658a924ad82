"""Executes one submission on a worker: no gradebook and no solutions in reach, JSON in and JSON out.

The notebook runs from the top in a kernel of the student's. Each check runs in another kernel, where nothing of the student's
is: what it calls is a stand-in, and plain data crosses (`kernels`, `inside/crossing`). So what the student's code does to
NumPy, to `utils.checks`, to its frames or its history reaches no check, and whatever it defines, by whatever statements, counts.

Some exercises take or give networks of a kind that cannot cross; the syllabus marks them (`in_process`). Their checks run in the
student's kernel. What passes there runs again in a fresh kernel, with the student's statements but those that could work on a
check; and there the same check has to refuse a wrong answer: the control, which is the student's function with its results
spoiled. Names that code needs which works on checks (`_getframe`, `__globals__`, ...) send a submission to a human. What remains
possible there: a function that, while it is being checked, puts its own code in the place of the check's helpers, tells the
control from its own answer, and puts everything back.
"""

import asyncio
from dataclasses import asdict
import json
import time
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from course import notebooks
from course.grading.execute.graded import Graded
from course.grading.execute.kernels import Kernels
from course.grading.execute.limits import Budget
from course.grading.execute.passes import Pass
from course.grading.execute.sandbox import Sandbox
from course.grading.model import Execution, Job


def execute(job: dict[str, Any]) -> dict[str, Any]:
    """Execute a submission in a sandbox and say what became of each exercise.

    Args:
        job: a `model.Job` as JSON.

    Returns:
        A `model.Execution` as JSON. Whatever the submission does is told in it, not raised.

    Raises:
        SandboxError: if the sandbox itself does not work here.
    """
    execution = asyncio.run(_execute(Job.from_values(job)))
    return json.loads(json.dumps(asdict(execution)))


async def _execute(job: Job) -> Execution:
    started = time.monotonic()
    notebook = nbformat.reads(job.notebook, as_version=4)
    notebook.metadata.pop("widgets", None)
    graded, budget = Graded(job, notebook), Budget(job.limits.notebook_seconds)
    async with Kernels(job, notebook, budget) as kernels:
        await graded.first_pass(kernels)
    graded.look_for_unusual_names()
    while graded.unconfirmed:
        async with Sandbox(job.limits, sandboxed=job.sandboxed) as kernel:
            await graded.second_pass(Pass(kernel, new_notebook(cells=[new_code_cell()]), budget))
    return graded.execution(notebooks.to_text(notebook), time.monotonic() - started)
