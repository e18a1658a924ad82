"""How a lab is opened: hand-outs for download, Colab and Binder where the course is published, links to the lab's other pages."""

from contextlib import redirect_stdout
from html import escape
import io
from pathlib import Path
import tempfile
from urllib.parse import quote

from course.address import Address, of_course
from course.release import release
from course.syllabus import Lab

DOWNLOADS = "downloads"
"""Where the hand-outs lie in the site."""
HUB = "https://YOUR-HUB.example"
"""Stands for a hub's address, which whoever teaches puts in."""
PLAY = {
    "02": (
        ("Sobel x on an edge", "convolution", "pic=edge&kernel=sobel-x"),
        ("a stride that leaves pixels over", "convolution", "pic=t&kernel=sobel-x&stride=2"),
        ("dilation", "convolution", "pic=diagonal&dilation=2"),
        ("receptive field of three layers", "receptive_field", "preset=three"),
        ("growing dilations", "receptive_field", "preset=dilated"),
    ),
    "03": (
        ("a pixel that is moved under a window", "pooling", "pattern=dot"),
        ("stripes under a stride", "pooling", "pattern=stripes&window=2&stride=2&shift=1"),
    ),
    "06": (("a digit drawn by hand", "digit", ""), ("receptive field of LeNet-5", "receptive_field", "preset=lenet")),
    "07": (("a photo of your own", "photo", ""),),
    "08": (("receptive field of VGG's beginning", "receptive_field", "preset=vgg"),),
}
"""Number of a lab -> its pages to play with: name, page, setting."""
Link = tuple[str, str, str]
"""Name, address, what it is."""


def links(lab: Lab, address: Address | None) -> list[Link]:
    """Return where a lab can be opened from the published course; nothing where it is not published.

    Args:
        lab: the lab.
        address: where the course is published.
    """
    if address is None:
        return []
    places = [
        ("Colab", address.colab(lab), "in the browser, on a machine of Google's, with an account there"),
        ("Binder", address.binder(lab), "in the browser, without an account; takes minutes to start"),
        ("JupyterHub", nbgitpuller(lab, address), "a pattern for nbgitpuller: put your hub's address in"),
    ]
    return [place for place in places if place[1]]


def nbgitpuller(lab: Lab, address: Address) -> str:
    """Return the pattern of a link by which a JupyterHub copies the course's repository and opens a student's lab."""
    name = address.repository.rsplit("/", 1)[1]
    path = f"lab/tree/{name}/{lab.student.relative_to(lab.root).as_posix()}"
    return (
        f"{HUB}/hub/user-redirect/git-pull?repo={quote(address.repository, safe='')}&branch={address.tag}"
        f"&urlpath={quote(path, safe='')}"
    )


def list_html(lab: Lab, up: str, *, plan: bool = True) -> str:
    """Return the links to all that there is of a lab besides its page, as HTML.

    Args:
        lab: the lab.
        up: from the page to the site, as "../".
        plan: with a link to the instructor's guide; otherwise to the lab.
    """
    study = [
        ("Flashcards", f"{up}revise/cards.html#labs={lab.name[:2]}", ""),
        ("Dialogue", f"{up}dialogues/{lab.name}.html", ""),
        ("Slides", f"{up}slides/{lab.name}.html", ""),
    ]
    study.append(
        ("Plan for a class", f"{up}teach/labs/{lab.name}.html", "")
        if plan
        else ("Lab", f"{up}labs/{lab.name}.html", "")
    )
    opened = [
        ("Hand-out (zip)", f"{up}{DOWNLOADS}/{lab.name}.zip", "to work on your own machine: unpack, run start.py")
    ]
    opened += [link for link in links(lab, of_course(lab.root)) if HUB not in link[1]]
    rows = {"Of this lab": study, "Play": played(lab, up), "Open it": opened}
    shown = "".join(
        f"<li>{escape(label)}: {', '.join(map(_anchor, places))}</li>" for label, places in rows.items() if places
    )
    return f'<ul class="lab-links">{shown}</ul>'


def played(lab: Lab, up: str) -> list[Link]:
    """Return a lab's pages to play with, each at a setting that fits the lab."""
    return [
        (name, f"{up}play/{page}.html" + (f"#{setting}" if setting else ""), "")
        for name, page, setting in PLAY.get(lab.name[:2], ())
    ]


def _anchor(link: Link) -> str:
    name, address, what = link
    download = " download" if address.endswith(".zip") else ""
    title = f' title="{escape(what)}"' if what else ""
    return f'<a href="{escape(address)}"{title}{download}>{escape(name)}</a>'


def head(lab: Lab) -> str:
    """Return what stands below a lab's line of facts: its cards, dialogue, slides, plan, and how to open it."""
    return list_html(lab, "../")


def handouts(labs: list[Lab]) -> dict[str, bytes]:
    """Return the labs' zips for students, as `python -m course release` writes them: path in the site -> content.

    Raises:
        CourseError: if a lab is not fit to be handed out.
    """
    if not labs:
        return {}
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
        release(labs, Path(folder), root=labs[0].root)
        return {f"{DOWNLOADS}/{path.name}": path.read_bytes() for path in sorted(Path(folder).glob("*.zip"))}


def page(labs: list[Lab]) -> str:
    """Return the page with a table of all labs and how each is opened, as Markdown."""
    address = of_course(labs[0].root) if labs else None
    names = [
        name for name in dict.fromkeys(link[0] for lab in labs for link in links(lab, address)) if name != "JupyterHub"
    ]
    heads = ["lab", "hand-out", *names]
    rows = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for lab in labs:
        places = {name: link for name, link, _ in links(lab, address)}
        zipped = f'<a href="../{DOWNLOADS}/{lab.name}.zip" download>{lab.name}.zip</a>'
        cells = [f"[{lab.name[:2]} {lab.title}](../labs/{lab.name}.md)", zipped]
        cells += [
            f'<a href="{escape(places[name])}">{name}<span class="visually-hidden"> {lab.name[:2]}</span></a>'
            for name in names
        ]
        rows.append(f"| {' | '.join(cells)} |")
    hub = ""
    if address and labs:
        hub = (
            "\n\nFor a JupyterHub with nbgitpuller, lab by lab; put your hub's address in the place of the first part. The course's "
            "repository holds the solutions, too; a repository of your own with the content of `notebooks/` does not.\n\n"
            "```text\n" + "\n".join(nbgitpuller(lab, address) for lab in labs) + "\n```"
        )
    unpublished = (
        ""
        if address
        else "\n\nColab and Binder open a course that is published; this site was built from one that is not."
    )
    return (
        "# Hand-outs and links\n\n[What each of them needs](open.md).\n\n"
        '<div class="teach-scroll" tabindex="0" role="region" aria-label="How each lab is opened">\n\n'
        + "\n".join(rows)
        + f"\n\n</div>{unpublished}{hub}\n"
    )
