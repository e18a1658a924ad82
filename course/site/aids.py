"""Memory aids and analogies: `site/aids/NN_topic.toml` read and linted, and their page."""

from dataclasses import dataclass

from course.site import markup, sources
from course.syllabus import CourseError, Lab

FEWEST, MOST = 3, 5
LEAST = {"memory": 1, "analogy": 2}
"""How many of a kind each lab has at least."""
KINDS = {"memory": "To remember", "analogy": "Analogy"}
ASSETS = ("revise.css",)


@dataclass(frozen=True)
class Aid:
    """One aid; text and limps are inline Markdown."""

    name: str
    kind: str
    text: str
    limps: str
    """Where it stops being true."""
    section: int


def read(lab: Lab) -> list[Aid]:
    """Return a lab's aids.

    Raises:
        CourseError: if one breaks a rule; it names the file and the aid.
    """
    path = sources.file_of(lab, "aids", ".toml")
    aids, where, sections = sources.read_table(lab, path, "aid", Aid), sources.named(lab, path), sources.sections(lab)
    for aid in aids:
        if aid.kind not in KINDS:
            raise CourseError(f"{where}, {aid.name}: kind is {aid.kind!r}; there are {', '.join(KINDS)}")
        if aid.section not in sections:
            raise CourseError(f"{where}, {aid.name}: {lab.name} has no section {aid.section}")
        try:
            markup.html(aid.text), markup.html(aid.limps)
        except CourseError as error:
            raise CourseError(f"{where}, {aid.name}: {error}") from error
    if not FEWEST <= len(aids) <= MOST:
        raise CourseError(f"{where}: {len(aids)} aids; a lab has {FEWEST} to {MOST}")
    for kind, least in LEAST.items():
        if (count := sum(aid.kind == kind for aid in aids)) < least:
            raise CourseError(f"{where}: {count} of kind {kind}, {least} at least")
    if len({aid.name for aid in aids}) < len(aids):
        raise CourseError(f"{where}: two aids have the same name")
    return aids


def pages(labs: list[Lab]) -> dict[str, str]:
    """Return the page with all aids."""
    parts = [
        "# Memory aids and analogies\n",
        "A good picture makes a rule easy to recall, and every picture limps somewhere. So each stands here with the\n"
        "place where it stops being true.\n",
        sources.raw(sources.assets(ASSETS)),
    ]
    for lab in labs:
        titles = sources.sections(lab)
        parts.append(f"## Lab {lab.name[:2]}: [{lab.title}](../labs/{lab.name})\n")
        for aid in read(lab):
            parts += [
                f"### {aid.name}\n",
                sources.raw(_aid(aid, sources.section_link(lab, aid.section, titles[aid.section]))),
            ]
    return {"revise/aids.md": "\n".join(parts)}


def _aid(aid: Aid, link: str) -> str:
    return (
        f'<div class="aid"><p><strong>{KINDS[aid.kind]}.</strong> {markup.html(aid.text)}</p>\n'
        f"<p><strong>Where it limps.</strong> {markup.html(aid.limps)}</p>\n"
        f'<p class="revise-muted">{link}</p></div>'
    )
