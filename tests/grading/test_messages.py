"""Messages that no kernel sends: a student's code can write anything to its own sockets, and each comes out as its cell's end."""

import asyncio
import random

from jupyter_client.session import Session
from nbformat.v4 import new_code_cell, new_notebook
import pytest

from course import notebooks
from course.grading.execute.messages import FORMS, NOTHING, fault
from course.grading.execute.passes import Pass, Ran, State
from course.grading.execute.sandbox import Sandbox
from course.grading.model import Limits, Outcome
from tests.cases import some_of
from tests.grading import small_lab
from tests.grading.jobs import by_name, executed

LIMITS = Limits(cell_seconds=300, notebook_seconds=1000, memory=2**30, processes=64, file_size=2**24, output_size=2**18)
SEEDS = range(4)
TOOLS = """import json, time
kernel = get_ipython().kernel
session, iopub, shell, parent = kernel.session, kernel.iopub_socket, kernel.shell_stream, kernel.get_parent("shell")
ident = kernel._parent_ident["shell"]

def say(kind, content, parent=parent, **options):
    session.send(iopub, kind, content, parent=parent, **options)

def reply(content, parent=parent, kind="execute_reply"):
    session.send(shell, kind, content, parent=parent, ident=ident)
    shell.flush()

def frames(kind="stream", content=None, parent=parent):
    return session.serialize(session.msg(kind, content or {"name": "stdout", "text": "x"}, parent=parent))

def raw(*parts):
    iopub.send_multipart(list(parts))

def signed(*parts):
    raw(b"stream", b"<IDS|MSG>", session.sign(list(parts)), *parts)

MARK, SIGNATURE, HEADER, PARENT, METADATA, CONTENT = range(6)
"""
WAIT = "\ntime.sleep(300)\n"
"""For the end of the kernel: a cell that is over before it is another kind."""
REFUSED = {
    "a kind that there is not": "say('confetti', {})",
    "no text": "say('stream', {'name': 'stdout'})",
    "a status of none": "say('status', {})",
    "data of a number": "say('display_data', {'data': {'text/plain': 1}, 'metadata': {}})",
    "an identity of a list": "say('display_data', {'data': {}, 'metadata': {}, 'transient': {'display_id': [1]}})",
    "ten thousand levels": "signed(b'{}', b'{}', b'{}', b'[' * 10000 + b']' * 10000)",
    "no JSON": "f = frames()\nsigned(f[2], f[3], f[4], b'no JSON')",
    "a header of a list": "f = frames()\nsigned(b'[]', f[3], f[4], f[5])",
    "an empty header": "f = frames()\nsigned(b'{}', f[3], f[4], f[5])",
    "a header without its kind": 'f = frames()\nsigned(b\'{"msg_id": "1"}\', f[3], f[4], f[5])',
    "a kind of a list": 'f = frames()\nsigned(b\'{"msg_id": "1", "msg_type": [1]}\', f[3], f[4], f[5])',
    "a parent of a list": "f = frames()\nsigned(f[2], b'[1]', f[4], f[5])",
    "a number of many digits": "f = frames()\nsigned(f[2], f[3], f[4], b'{\"n\": ' + b'9' * 10000 + b'}')",
    "a forged signature": "f = frames()\nf[1] = b'0' * 64\nraw(b'stream', *f)",
    "no signature": "f = frames()\nf[1] = b''\nraw(b'stream', *f)",
    "the same message twice": "f = frames()\nraw(b'stream', *f)\nraw(b'stream', *f)",
    "no mark": "raw(b'hello')",
    "nothing after the mark": "raw(b'stream', b'<IDS|MSG>')",
    "too few frames": "raw(b'stream', *frames()[:4])",
    "one empty frame": "raw(b'')",
    "a reply without a status": "reply({})",
    "a reply with a list for a payload's part": "reply({'status': 'ok', 'payload': [1]})",
}
"""What is said -> code that says it."""
DEEP: list = []
for _ in range(200):
    DEEP = [DEEP]
FAULTS = {
    "a number for a text": ("stream", {"name": "stdout", "text": 5}),
    "a stream of its own": ("stream", {"name": "stdmalice", "text": "x"}),
    "half a character": ("stream", {"name": "stdout", "text": chr(0xD800)}),
    "a list for a content": ("stream", ["name", "text"]),
    "a text for a content": ("status", "idle"),
    "a status in numbers": ("status", {"execution_state": 1}),
    "a count in words": ("execute_input", {"code": "", "execution_count": "many"}),
    "a count of a list": ("stream", {"name": "stdout", "text": "x", "execution_count": [1]}),
    "a count that is true": ("execute_input", {"code": "", "execution_count": True}),
    "an error in numbers": ("error", {"ename": 1, "evalue": 2, "traceback": [3]}),
    "an error without a traceback": ("error", {"ename": "E", "evalue": ""}),
    "a traceback of numbers": ("error", {"ename": "E", "evalue": "", "traceback": [1, 2]}),
    "data of a list": ("display_data", {"data": [1], "metadata": {}}),
    "an update with data of a number": (
        "update_display_data",
        {"data": {"text/plain": 1}, "metadata": {}, "transient": {}},
    ),
    "no metadata": ("execute_result", {"data": {}, "execution_count": 1}),
    "transient in words": ("display_data", {"data": {}, "metadata": {}, "transient": "now"}),
    "two hundred levels": ("display_data", {"data": {"application/json": DEEP}, "metadata": {}}),
    "answers of numbers": ("execute_reply", {"status": "ok", "user_expressions": {"answer": 1}}),
    "a traceback in numbers": ("execute_reply", {"status": "error", "traceback": 5}),
}
"""Kinds of messages, and contents that are not theirs."""
LIES = {
    "it is idle": "say('status', {'execution_state': 'idle'})",
    "all is well": "reply({'status': 'ok', 'execution_count': 1, 'payload': [], 'user_expressions': {}})",
    "all is well, and idle": "say('status', {'execution_state': 'idle'})\nreply({'status': 'ok', 'execution_count': 1})",
    "well in another cell": "reply({'status': 'ok', 'execution_count': 1}, parent={'msg_id': 'another'})",
    "output of another cell": "say('stream', {'name': 'stdout', 'text': 'x'}, parent={'msg_id': 'another'})",
    "no parent": "say('stream', {'name': 'stdout', 'text': 'x'}, parent={})",
    "widgets": "say('comm_open', {'comm_id': [], 'data': {'state': 5}})\nsay('comm_msg', {'data': None})",
    "an update of nothing": "say('update_display_data', {'data': {}, 'metadata': {}, 'transient': {'display_id': 'none'}})",
}
"""Messages as a kernel sends them, which are not true: they may cost the exercise its points and gain nothing."""


def ran(*sources: str, check: str = "") -> list[Ran]:
    """Return what comes of cells in one kernel, the last of them a check if there is one."""
    cells = [new_code_cell(source) for source in (*sources, *([check] if check else []))]
    notebook = new_notebook(cells=cells)

    async def run() -> list[Ran]:
        async with Sandbox(LIMITS) as kernel:
            run = Pass(kernel, notebook)
            found = [await run.run(cell, index) for index, cell in enumerate(cells[: len(sources)])]
            if check:
                found.append(await run.check(cells[-1], len(sources)))
            return found

    found = asyncio.run(run())
    assert notebooks.to_text(notebook)
    return found


@pytest.mark.parametrize("name", some_of(REFUSED))
def test_what_no_kernel_sends_ends_the_kernel_in_plain_words(name: str) -> None:
    before, harmful, after = ran("a = 1", TOOLS + REFUSED[name] + WAIT, "a")
    assert before.end.state is State.DONE
    assert harmful.end.state is State.DIED
    assert harmful.end.kernel.startswith("It was stopped because it sent what no kernel sends: a message")
    assert after.end == harmful.end


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_not_of_a_messages_form_is_told(name: str) -> None:
    kind, content = FAULTS[name]
    assert fault(Session().msg(kind, content)).startswith("a message")


@pytest.mark.parametrize("name", some_of(LIES))
def test_lies_gain_nothing(name: str) -> None:
    source = TOOLS + LIES[name] + "\nassert False, 'refused'"
    (found,) = ran(check=source)
    assert not found.end.completed
    assert found.end.state is State.FAILED or found.end.kernel


@pytest.mark.parametrize("seed", SEEDS)
def test_messages_put_together_by_chance_end_as_a_cell_does(seed: int) -> None:
    sources = [TOOLS, *(by_chance(random.Random(1000 * seed + i)) for i in range(25))]
    for found in ran(*sources, check="assert False, 'refused'"):
        assert isinstance(found, Ran)
    assert not found.end.completed


def by_chance(chance: random.Random) -> str:
    """Return code that sends a message with parts of any type in any place."""
    kind = chance.choice([*FORMS, "confetti", ""])
    names = [*FORMS.get(kind, {}), "execution_count", "transient", "payload", "user_expressions", "data"]
    content = {name: anything(chance) for name in names if chance.random() < 0.8}
    whole = content if chance.random() < 0.9 else anything(chance)
    where = chance.choice(["say", "say", "reply"])
    if where == "reply":
        return f"reply({whole!r}, kind={kind!r})"
    parent = chance.choice(["parent", "{}", "{'msg_id': 5}"])
    return f"say({kind!r}, {whole!r}, parent={parent})"


def anything(chance: random.Random, levels: int = 3) -> object:
    """Return a value of a type that JSON knows, or nearly."""
    parts = range(chance.randrange(3) if levels else 0)
    return chance.choice(
        [
            "idle", "ok", "stdout", "", "\x00\x1b[2J", None, True, -1, 2**70, 1e308, float("nan") if levels < 3 else 0,
            [anything(chance, levels - 1) for _ in parts],
            {chance.choice(["text/plain", "display_id", "source", "answer", "data"]): anything(chance, levels - 1) for _ in parts},
        ]
    )  # fmt: skip


def test_endless_messages_without_output_meet_the_limit_of_output() -> None:
    source = TOOLS + "while True:\n    say('status', {'execution_state': 'busy'}, parent={'msg_id': 'x' * 10000})"
    (found,) = ran(source)
    assert found.end.state is State.ENDED
    assert "output limit" in found.end.limit


def test_a_widget_can_be_shown_by_honest_code() -> None:
    source = "from IPython.display import HTML, display\nhandle = display(HTML('<b>x</b>'), display_id=True)\nhandle.update(HTML('y'))"
    first, second = ran(source, "import math\nmath.pi")
    assert [first.end.state, second.end.state] == [State.DONE, State.DONE]


def test_a_refused_message_costs_its_exercise_and_not_those_before() -> None:
    execution = executed(small_lab.partly(scale_rows=TOOLS + REFUSED["no JSON"] + WAIT), limits=LIMITS)
    exercises = by_name(execution)
    assert (exercises["mean_square"].outcome, exercises["mean_square"].points) == (Outcome.PASSED, 2)
    assert exercises["scale_rows"].outcome is Outcome.KILLED
    assert (
        "It was stopped because it sent what no kernel sends: a message that cannot be read"
        in exercises["scale_rows"].message
    )
    assert exercises["running_total"].outcome is Outcome.NOT_RUN
    assert any("what no kernel sends" in remark for remark in execution.remarks)


def test_what_stands_for_a_refused_message_belongs_to_no_cell() -> None:
    assert NOTHING["parent_header"].get("msg_id") is None
    assert fault(NOTHING)
