"""Where the course is published, as pyproject.toml states it, and how a lab is opened from there without a set-up."""

from dataclasses import dataclass
from pathlib import Path
import re
import tomllib
from urllib.parse import quote

from course.syllabus import ROOT, CourseError, Lab

_ADDRESS = re.compile(r"https://[\w.-]+(/[\w.~-]+)+(?<!/)(?<!\.git)")


@dataclass(frozen=True)
class Address:
    """A released version of the course in a repository that everybody can read."""

    repository: str
    """As "https://forge.example/owner/name"."""
    version: str

    @property
    def tag(self) -> str:
        """The tag of the released version."""
        return f"v{self.version}"

    @property
    def for_pip(self) -> str:
        """What pip installs `utils` from."""
        return f"git+{self.repository}@{self.tag}"

    def colab(self, lab: Lab) -> str:
        """Return where Colab opens a student's lab; empty where the repository is not on GitHub, since Colab reads no other."""
        path = self.repository.removeprefix("https://github.com/")
        if path == self.repository:
            return ""
        return f"https://colab.research.google.com/github/{path}/blob/{self.tag}/{_notebook(lab)}"

    def binder(self, lab: Lab) -> str:
        """Return where Binder starts JupyterLab with a student's lab."""
        path = self.repository.removeprefix("https://github.com/")
        source = f"gh/{path}" if path != self.repository else f"git/{quote(self.repository, safe='')}"
        return f"https://mybinder.org/v2/{source}/{self.tag}?urlpath={quote(f'lab/tree/{_notebook(lab)}', safe='')}"


def _notebook(lab: Lab) -> str:
    return lab.student.relative_to(lab.root).as_posix()


def of_course(root: Path = ROOT) -> Address | None:
    """Return where the course is published; None while it is not.

    Args:
        root: the course's folder; one without a pyproject.toml is not published.

    Raises:
        CourseError: if pyproject.toml states something that is no address.
    """
    path = root / "pyproject.toml"
    if not path.exists():
        return None
    table = tomllib.loads(path.read_text("utf-8"))
    repository = table.get("tool", {}).get("cnn-labs", {}).get("repository", "")
    if not repository:
        return None
    if not _ADDRESS.fullmatch(repository):
        raise CourseError(
            f"{path}, [tool.cnn-labs]: repository = {repository!r} is no address such as https://forge.example/owner/name, "
            "without a slash or .git at its end"
        )
    return Address(repository, table["project"]["version"])
