"""Executes one submission on a worker: no gradebook and no solutions in reach, JSON in and JSON out.

Twice. The first pass runs the notebook from the top in one kernel and tells which checks pass. The second pass, in a fresh
kernel, is for those only. It has the student's definitions and nothing else that they wrote, so that a patch made by a
statement (of NumPy, of `utils.checks`, of IPython's input) is not there; and after each check that passes it lets the same
check, in the same kernel, judge a wrong answer, which it has to refuse: the control, which is the student's function
with its results spoiled.

What remains possible: the function and the check share a process. A function that, while it is being checked, puts its own
code in the place of the check's helpers, tells the wrong answers of the second pass from its own, and puts everything back
will pass. It has to be written against this file; names that such code needs (`_getframe`, `__globals__`, `gc`, ...) send a
submission to a human. Hidden checks can be read by the code that they check, and smuggled into an error message.
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
    graded = Graded(job, notebook)
    async with Sandbox(job.limits, sandboxed=job.sandboxed) as kernel:
        await graded.first_pass(Pass(kernel, notebook))
    graded.look_for_unusual_names()
    while graded.unconfirmed:
        async with Sandbox(job.limits, sandboxed=job.sandboxed) as kernel:
            await graded.second_pass(Pass(kernel, new_notebook(cells=[new_code_cell()])))
    return graded.execution(notebooks.to_text(notebook), time.monotonic() - started)
