"""What a lab's page shows: the lab without solutions, its outputs, links; and for instructors all of it."""

import re

import pytest

from course import notebooks, roles
from course.site import labs as lab_pages
from course.site import overview, prose
from course.syllabus import CourseError, Lab, labs

LABS = labs()
ALL = [pytest.param(lab, id=lab.name) for lab in LABS]


def text_of(lab: Lab, **options: object) -> str:
    return "\n\n".join(lab_pages.page(lab, LABS, {}, **options).blocks)


def only_in_the_solution(lab: Lab) -> set[str]:
    """Return the lines of code, and of notes and model answers, that students do not get, but for the shortest."""
    given = notebooks.read(lab.student)
    known = {line.strip() for cell in given.cells for line in cell.source.split("\n")}
    kept = [cell for cell in notebooks.read(lab.solution).cells if not roles.is_a(cell, "evidence")]
    lines = {line.strip() for cell in kept for line in roles.without_facts(cell).split("\n")}
    return {line for line in lines - known if len(line) > 20 and not line.startswith("###")}


@pytest.mark.parametrize("lab", ALL)
def test_readers_get_no_line_that_students_do_not_get(lab: Lab) -> None:
    secret = only_in_the_solution(lab)
    assert len(secret) > 50
    shown = {line.strip() for line in text_of(lab).split("\n")}
    assert not secret & shown


def test_instructors_get_solutions_checks_and_notes() -> None:
    (lab,) = labs(["02"])
    shown = {line.strip() for line in text_of(lab, solutions=True).split("\n")}
    missing = {line for line in only_in_the_solution(lab) - shown if not line.startswith("**For instructors.**")}
    assert not missing


@pytest.mark.parametrize("lab", ALL)
def test_every_figure_is_there_with_its_number_and_alternative_text(lab: Lab) -> None:
    page = lab_pages.page(lab, LABS, {})
    stored = [
        output.metadata["image/png"]["alt"]
        for cell in notebooks.read(lab.solution).cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    text = "\n\n".join(page.blocks)
    assert len(page.files) == len(stored) > 3
    assert re.findall(r"^:alt: (.+)$", text, re.MULTILINE) == [" ".join(alt.split()) for alt in stored]
    number = int(lab.name[:2])
    assert re.findall(r"^Figure (\d+\.\d+)$", text, re.MULTILINE) == [f"{number}.{n + 1}" for n in range(len(stored))]


def test_a_figure_without_alternative_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    (lab,) = labs(["02"])
    notebook = notebooks.read(lab.solution)
    cell = next(c for c in notebook.cells if any("image/png" in o.get("data", {}) for o in c.get("outputs", [])))
    cell.outputs[0].metadata = {}
    monkeypatch.setattr(lab_pages.notebooks, "read", lambda path: notebook)
    with pytest.raises(CourseError, match="no alternative text"):
        lab_pages.page(lab, LABS, {})


def test_what_came_out_stays_folded_until_the_reader_has_predicted() -> None:
    (lab,) = labs(["02"])
    blocks = lab_pages.page(lab, LABS, {}).blocks
    guess = next(number for number, block in enumerate(blocks) if block.startswith('<div class="prediction">'))
    code, came_out = blocks[guess + 1], blocks[guess + 2]
    assert code.startswith("```python")
    assert came_out.startswith('<details class="came-out">')
    assert "sum of the nine products = -3.02" in came_out
    assert len(re.findall('class="prediction"', "\n".join(blocks))) == sum(
        roles.is_a(cell, "guess") for cell in notebooks.read(lab.solution).cells
    )


@pytest.mark.parametrize("lab", ALL)
def test_the_summary_can_be_chosen_in_three_lengths_and_keeps_all_its_text(lab: Lab) -> None:
    text = text_of(lab)
    assert [text.count(f'data-length="{name}"') for name in ("sentence", "paragraph", "list")] == [1, 1, 1]
    cell = next(c for c in notebooks.read(lab.solution).cells if "\n**In one sentence.**" in c.source)
    words = set(re.findall(r"\w{4,}", cell.source.partition("## What we have seen")[2].partition("\n## ")[0]))
    assert words <= set(re.findall(r"\w{4,}", text))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("as in lab 02.", 'as in <a href="02_convolution.html">lab 02</a>.'),
        (
            "Labs 02 to 04",
            '<a href="02_convolution.html">Labs 02</a> to <a href="04_activations_and_training.html">04</a>',
        ),
        ("lab 77 is none", "lab 77 is none"),
        ("see section 4 here", 'see <a href="#section-4">section 4</a> here'),
        ("sections 4 and 9", '<a href="#section-4">sections 4</a> and 9'),
        ("a **kernel** slides", 'a <a class="term" href="../revise/glossary.html#term-kernel">**kernel**</a> slides'),
        ("**(c) is right**", "**(c) is right**"),
        ("`lab 02` and $section 4$", "`lab 02` and $section 4$"),
        ("## 3. After lab 02", "## 3. After lab 02"),
        ("```\nlab 02\n```\n\nlab 02", '```\nlab 02\n```\n\n<a href="02_convolution.html">lab 02</a>'),
        ("[lab 02](elsewhere.md)", "[lab 02](elsewhere.md)"),
    ],
)
def test_what_prose_names_becomes_a_link_and_nothing_else_does(text: str, result: str) -> None:
    assert prose.linked(text, LABS, {3, 4}, {"kernel": "term-kernel"}) == result


def test_the_map_leaves_out_what_follows_from_other_lines() -> None:
    edges = overview.direct(LABS)
    assert edges["01"] == set()
    assert edges["04"] == {"03"}, "lab 03 builds on lab 02 itself"
    assert edges["09"] == {"07", "08"}


@pytest.mark.parametrize("lab", ALL)
def test_the_map_says_every_labs_objectives(lab: Lab) -> None:
    goals = overview.objectives(notebooks.read(lab.solution))
    assert len(goals) >= 4
    assert [goal for goal in goals if len(goal) < 15] == []
