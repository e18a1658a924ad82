"""The first lines of every lab's imports cell: what to do where the lab was opened without the course.

They stand here once. They are put in front of the imports cell where a notebook is made of a lab's text, and taken away
where a text is made of a notebook.
"""

import re

from course.address import Address

_TRY = """try:
    import utils.checks  # the course's own; on PyPI there is another package of this name
except ModuleNotFoundError as error:
"""
_RAISE = """raise ModuleNotFoundError(
    f"{error}. This lab was opened without the course's folder or its packages. "
    "Unpack the lab's zip, or get the whole course{where}, "
    "run `python3 start.py` (Windows: `py start.py`) there, and open the lab in what it starts."
) from None
"""
_COLAB = """    import sys
    if "google.colab" not in sys.modules:
{message}
    sys.modules.pop("utils", None)
    get_ipython().run_line_magic(
        "pip", "install --quiet --no-deps {install}"
    )
"""
_ALSO = "keras-tuner"
"""What labs import and Colab does not have. It needs nothing else that Colab lacks, so pip leaves all there as it is."""


def first_lines(address: Address | None) -> str:
    """Return the lines that say what to do without the course; on Colab, they install it.

    Args:
        address: where the course is published; None while it is not.
    """
    if address is None:
        return _TRY + _indented(_RAISE.replace("{where}", ""), 4) + "\n"
    message = _indented(_RAISE.replace("{where}", f" ({address.repository})"), 8)
    install = f"{address.for_pip} {_ALSO}"
    return _TRY + _COLAB.replace("{message}", message.rstrip("\n")).replace("{install}", install) + "\n"


def _indented(code: str, spaces: int) -> str:
    return "".join(f"{'':{spaces}}{line}" for line in code.splitlines(keepends=True))


def without(source: str) -> str:
    """Return an imports cell as its author wrote it, whichever address and version its first lines name."""
    return _FIRST_LINES.sub("", source, count=1)


def _pattern() -> re.Pattern:
    """Return what matches the first lines without an address, or with any."""
    anything = Address("https://ADDRESS", "VERSION")
    with_address = re.escape(first_lines(anything)).replace(re.escape(anything.for_pip), r"\S+")
    with_address = with_address.replace(re.escape(anything.repository), r"\S+")
    return re.compile(rf"\A(?:{re.escape(first_lines(None))}|{with_address})")


_FIRST_LINES = _pattern()
