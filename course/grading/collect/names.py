"""What the names of files tell: the platform that they come from, the student, the folder that holds all students."""

from dataclasses import replace
import re
import unicodedata

from course.grading.prepare.text import clean
from course.grading.prepare.zips import NOTEBOOK, File
from course.syllabus import Lab

# Moodle: "Ada Lovelace_1234567_assignsubmission_file_/lab.ipynb", or without folders
# "Ada Lovelace_1234567_assignsubmission_file_lab.ipynb".
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?")
# Canvas: "lovelaceada_LATE_123_4567_lab.ipynb": name, LATE if it is, the user, the file.
_CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<file>.+)")
HARMLESS = " -_.,@'()+=!~"
MOST_CHARACTERS = 1000
"""Of a name that is looked at; names in a zip may have 65,535."""
MOST_BYTES = 120
"""Of a folder's name, which has to leave room for what nbgrader and file systems add."""


def platform_of(name: str) -> tuple[str, re.Match] | None:
    """Return which learning platform named a file or folder so, and the pieces of the name."""
    for platform, pattern in (("moodle", _MOODLE), ("canvas", _CANVAS)):
        if match := pattern.fullmatch(name):
            return platform, match
    return None


def owner(file: File) -> tuple[str, dict[str, str]] | None:
    """Return a file's student, and what the platform tells of them; None for a file that is no student's.

    Where no platform named it, "login" is the name of the student's folder or file as it came.
    """
    first, is_top = file.parts[0], len(file.parts) == 1
    found = platform_of(first)
    if found and (found[0] == "moodle" or (is_top and file.read)):
        platform, match = found
        lms = {"platform": platform, "id": match["id"], "name": match["name"]}
        if platform == "canvas" and match["late"]:
            lms["late"] = "yes"
        return f"{match['name']}_{match['id']}", lms
    if not is_top or not (file.read or file.refused):
        return first, {"login": first}
    if file.base.endswith((*NOTEBOOK, ".zip")) or (file.refused and not first.startswith(".")):
        name = re.sub(r"(\.ipynb(\.\w+)?|\.zip)$", "", first, flags=re.IGNORECASE) or first
        return name, {"login": name}
    return None


def given_name(file: File) -> str:
    """Return a file's name as the student gave it."""
    found = platform_of(file.parts[-1]) if len(file.parts) == 1 else None
    return (found[1]["file"] or "") if found else file.parts[-1]


def without_common_folder(files: list[File], lab: Lab) -> list[File]:
    """Return the files without the one folder that holds all students, where a zip was made of that folder."""
    inner = [file for file in files if file.read and file.base.endswith((*NOTEBOOK, ".zip"))]
    tops = {file.parts[0] for file in inner}
    if len(tops) != 1 or any(_MOODLE.fullmatch(top) for top in tops):
        return files
    if any(len(file.parts) < 3 and not (len(file.parts) == 2 and platform_of(file.parts[1])) for file in inner):
        return files
    if any(file.parts[1] == lab.name for file in inner):
        return files
    return [
        replace(file, parts=file.parts[1:]) if file.parts[0] in tops and len(file.parts) > 1 else file
        for file in files
        if file.read or file.refused or len(file.parts) > 1
    ]


def safe_name(name: str) -> str:
    """Return a student's name as a folder's: letters of any script, digits, spaces and -_.,@'()+=!~ stay."""
    name = unicodedata.normalize("NFC", clean(name[:MOST_CHARACTERS]))
    name = "".join(c if c.isalnum() or c in HARMLESS or unicodedata.combining(c) else "_" for c in name)
    name = name.strip(" ").lstrip(".-").rstrip(" .")
    return name.encode()[:MOST_BYTES].decode("utf-8", "ignore").rstrip(" .") or "student"
