"""Cells that attack the grader, the machine or the class, and what has to come of each."""

from dataclasses import dataclass, replace

from course.grading.model import Limits, Outcome

EXERCISE = "scale_rows"
"""The second of the small lab's four exercises: one comes before, two after."""
LIMITS = Limits(
    cell_seconds=5, notebook_seconds=1000, memory=2**30, processes=64, file_size=2**24, output_size=2**18
)  # fmt: skip
RIGHT = "def scale_rows(matrix):\n    return matrix / matrix.sum(axis=1, keepdims=True)\n"
WRONG = "def scale_rows(matrix):\n    return matrix\n"
FUNCTION = "def scale_rows(matrix):\n    "


@dataclass(frozen=True)
class Nasty:
    """What a student wrote into the cell of `scale_rows`."""

    source: str
    outcome: Outcome
    says: str
    """Words of the exercise's message; of a remark where the exercise passed."""
    goes_on: bool = True
    """Whether the exercises after it are run, and pass; otherwise they are not run."""
    human: bool = False

    @property
    def limits(self) -> Limits:
        """Time is limited only where it is what the cell uses up: how long others take is the machine's business."""
        return LIMITS if "time limit" in self.says else replace(LIMITS, cell_seconds=300)


CRASHES = {
    "endless loop": Nasty(FUNCTION + "while True:\n        pass", Outcome.LIMIT, "time limit, after 5 s"),
    "endless loop in the cell": Nasty("while True:\n    pass\n" + RIGHT, Outcome.LIMIT, "time limit, after 5 s"),
    "loop that swallows KeyboardInterrupt": Nasty(
        FUNCTION
        + "while True:\n        try:\n            while True:\n                pass\n        except BaseException:\n            pass",
        Outcome.LIMIT,
        "time limit, after 5 s",
        goes_on=False,
    ),
    "sleep": Nasty(FUNCTION + "import time\n    time.sleep(1000)", Outcome.LIMIT, "time limit, after 5 s"),
    "os._exit": Nasty("import os\nos._exit(3)", Outcome.KILLED, "ended its own process (exit status 3)", goes_on=False),
    "os._exit in the function": Nasty(
        FUNCTION + "import os\n    os._exit(0)", Outcome.KILLED, "ended its own process", goes_on=False
    ),
    "sys.exit": Nasty(FUNCTION + "import sys\n    sys.exit()", Outcome.FAILED, "left by sys.exit"),
    "exit": Nasty(FUNCTION + "exit()", Outcome.KILLED, "called exit()", goes_on=False),
    "segmentation fault": Nasty(
        FUNCTION + "import ctypes\n    ctypes.string_at(0)",
        Outcome.KILLED,
        "crashed (SIGSEGV",
        goes_on=False,
    ),
    "stopped process": Nasty(
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", Outcome.LIMIT, "time limit, after 5 s", goes_on=False
    ),
    "closed files": Nasty("import os\nos.closerange(0, 1000)", Outcome.KILLED, "killed the kernel", goes_on=False),
    "memory at once": Nasty(FUNCTION + "return np.ones((10**6, 10**6))", Outcome.LIMIT, "memory limit of 1 GiB"),
    "memory gradually": Nasty(
        FUNCTION + "kept = []\n    while True:\n        kept.append(np.ones(10**7))",
        Outcome.LIMIT,
        "memory limit of 1 GiB",
    ),
    "syntax error": Nasty(
        "def scale_rows(matrix):\n    return matrix /\n", Outcome.ERROR, "SyntaxError: invalid syntax (line 2)"
    ),
}
FLOODS = {
    "memory of many processes": Nasty(
        "import os, time\nfor _ in range(8):\n    if os.fork() == 0:\n        kept = b'x' * 2 * 10**8\n        time.sleep(1000)\ntime.sleep(1000)",
        Outcome.LIMIT,
        "memory limit of 1 GiB",
        goes_on=False,
    ),
    "3 GiB of memory without a name": Nasty(
        "import os\nkept = []\nfor _ in range(200):\n    kept.append(os.memfd_create('kept'))\n    os.write(kept[-1], bytes(2**24))\n"
        "import time\ntime.sleep(1000)",
        Outcome.LIMIT,
        "memory limit of 1 GiB",
        goes_on=False,
    ),
    "fork bomb": Nasty(
        FUNCTION + "import os\n    while True:\n        os.fork()", Outcome.LIMIT, "limit of 64 processes", goes_on=False
    ),
    "1 GB of output, bit by bit": Nasty(
        "for _ in range(10**6):\n    print('x' * 1000)\n" + RIGHT, Outcome.LIMIT, "output limit", goes_on=False
    ),
    "1 GB of output, in large pieces": Nasty(
        "for _ in range(25):\n    print('x' * 4 * 10**7, flush=True)\n" + RIGHT, Outcome.LIMIT, "output limit", goes_on=False
    ),
    "1 GB file": Nasty(
        "with open('big', 'wb') as file:\n    for _ in range(1000):\n        file.write(bytes(10**6))\n" + RIGHT,
        Outcome.LIMIT,
        "file limit of 16 MiB",
    ),
    "1 GB of files": Nasty(
        "for i in range(100):\n    with open(f'/tmp/{i}', 'wb') as file:\n        file.write(bytes(10**7))\n" + RIGHT,
        Outcome.LIMIT,
        "file limit of 16 MiB",
    ),
    "1 GB among the sockets": Nasty(
        "from pathlib import Path\nfrom ipykernel.connect import get_connection_file\n"
        "for i in range(100):\n    Path(get_connection_file()).with_name(str(i)).write_bytes(bytes(10**7))\n"
        "import time\ntime.sleep(1000)",
        Outcome.LIMIT,
        "file limit of 16 MiB",
        goes_on=False,
    ),
}  # fmt: skip
CHEATS = {
    "reading the solutions": Nasty(
        "text = open('FOLDER/labs_solutions/01_small/01_small.ipynb').read()", Outcome.ERROR, "No such file"
    ),
    "reading another student": Nasty(
        "text = open('FOLDER/submitted/another/01_small/01_small.ipynb').read()", Outcome.ERROR, "No such file"
    ),
    "writing the gradebook": Nasty("open('FOLDER/gradebook.db', 'ab').write(b'100')", Outcome.ERROR, "No such file"),
    "the course's own tools": Nasty("import course.grading", Outcome.ERROR, "No module named 'course'"),
    "network": Nasty(
        "import socket\nsocket.create_connection(('127.0.0.1', 80), timeout=2)", Outcome.ERROR, "Connection refused"
    ),
    "killing everything": Nasty(
        "import os, signal\nfor pid in (1, -1):\n    try:\n        os.kill(pid, signal.SIGKILL)\n"
        "    except OSError:\n        pass\n" + WRONG,
        Outcome.FAILED,
        "expected",
    ),
}  # fmt: skip
