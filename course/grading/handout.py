"""Which variant of a lab a class was handed: what most notebooks state, kept in the grading folder for later runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from course import notebooks, variants
from course.grading.collect.submissions import Collected
from course.grading.prepare.preparation import Preparation
from course.syllabus import Lab
from course.variants import Variant


@dataclass(frozen=True)
class Handout:
    """What a class was handed."""

    lab: Lab
    """With the exercises and points of the variant."""
    whole: Lab
    """With all of them."""
    variant: Variant
    secret: str = ""
    """By which checks draw their numbers, besides the course's seed; empty for the published ones."""

    @property
    def exam(self) -> str:
        """The secret's fingerprint; empty without a secret."""
        return variants.fingerprint(self.secret) if self.secret else ""

    def remark(self, stated: str) -> tuple[str, ...]:
        """Return what is to be said of a submission whose notebook states this version of the hand-out."""
        said = variants.remark(stated, self.whole, self.variant)
        return (said,) if said else ()


def of_class(lab: Lab, everybody: Iterable[Collected], preparation: Preparation, to: Path, secret: str) -> Handout:
    """Return what a class was handed, as an earlier run found it or, in the first one, as the notebooks state it.

    Raises:
        CourseError: if the class has several hand-outs, or the secret is not the one of the hand-out.
    """
    path = _path(to, lab)
    if path.exists():
        stated = [path.read_text("utf-8").strip()]
    else:
        stated = [preparation.choose(one.read(), lab).version for one in everybody]
    variant, _ = variants.chosen(stated, lab, secret)
    return Handout(variants.lab_of(lab, variant), lab, variant, secret)


def keep(handout: Handout, to: Path) -> None:
    """Write down what the class was handed, for later runs."""
    notebooks.write(_path(to, handout.lab), f"{handout.variant.version()}\n".encode())


def _path(to: Path, lab: Lab) -> Path:
    return to / "results" / lab.name / "handout.txt"
