"""Imports, constants and helpers: what an answer needs of the rest of the notebook is there, without its experiments."""

from nbformat import NotebookNode
import pytest

from course.syllabus import Lab
from tests.grading import small_lab
from tests.grading.sanitizing import cells, edited, job_of, outcome


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return small_lab.make(tmp_path_factory.mktemp("sanitize"))


def test_a_line_of_the_imports_that_fails_takes_no_other_with_it(lab: Lab) -> None:
    answer = "def mean_square(v):\n    return math.fsum((v * v).ravel()) / sizes.count(v)\n"
    imports = (
        "\n%matplotlib inline\nfrom google.colab import drive\ndrive.mount('/content')\n" + small_lab.IMPORTS + "\n"
        "import math; import operator\n!pip install nothing\nclass sizes:\n    @staticmethod\n    def count(v):\n        return v.size\n"
    )
    job = job_of(edited(small_lab.partly(mean_square=answer), "imports", imports), lab)
    assert [cell.source for cell in cells(job, "own")] == [
        "%matplotlib inline",
        "from google.colab import drive",
        "drive.mount('/content')",
        "import math; import operator",
        "!pip install nothing",
        "class sizes:\n    @staticmethod\n    def count(v):\n        return v.size",
    ]
    assert outcome(job) == dict.fromkeys(small_lab.CHECK_POINTS, True)


@pytest.mark.parametrize(
    "imports", ["%%time\nimport math", "import math\nimport (", "?\n" * 3 + "import math \\\n  , os"]
)
def test_imports_that_cannot_be_divided_stay_whole(lab: Lab, imports: str) -> None:
    job = job_of(edited(small_lab.filled(), "imports", imports), lab)
    assert "".join(cell.source for cell in cells(job, "own")).count("import math") == 1


def with_lab_cell(answer: str, lab_cell: str) -> NotebookNode:
    return edited(small_lab.partly(mean_square=answer), "look", lab_cell)


MEAN = "def mean_square(values):\n    return (values ** {}).mean()\n"


@pytest.mark.parametrize(
    ("answer", "lab_cell", "kept"),
    [
        (MEAN.format("TWO"), "print('looked')\nTWO = 2\nTHREE = 3", ["TWO = 2"]),
        (MEAN.format("TWO"), "ONE = 1\nTWO: int = ONE + ONE", ["ONE = 1", "TWO: int = ONE + ONE"]),
        (MEAN.format("TWO"), "TWO = 1\nfor _ in range(3):\n    print(1)\nTWO += 1", ["TWO = 1", "TWO += 1"]),
        (MEAN.format("P['two']"), "P = {}\nP['two'] = 2\nQ = {}", ["P = {}", "P['two'] = 2"]),
        (MEAN.format("two()"), "N = 2\ndef two():\n    return N", ["N = 2", "def two():\n    return N"]),
        (MEAN.format("A.size"), "A, B = np.zeros(2), np.ones(3)", ["A, B = np.zeros(2), np.ones(3)"]),
        (MEAN.format("(3 - 1)"), "values = np.zeros(10)\nTWO = 2", []),
    ],
)
def test_what_an_answer_uses_of_the_labs_variables_is_there(
    lab: Lab, answer: str, lab_cell: str, kept: list[str]
) -> None:
    job = job_of(with_lab_cell(answer, lab_cell), lab)
    assert [cell.source for cell in cells(job, "lab")] == kept
    assert outcome(job)["mean_square"]
    assert not job.remarks


def test_a_variable_of_the_labs_own_is_there_too(lab: Lab) -> None:
    use = "def mean_square(values):\n    order = rng.permutation(values.size)\n    return (values.ravel()[order] ** 2).mean()\n"
    job = job_of(small_lab.partly(mean_square=use), lab)
    assert [cell.source for cell in cells(job, "lab")] == ["rng = np.random.default_rng(0)"]
    assert outcome(job)["mean_square"]


def test_a_helper_in_an_own_cell_has_the_labs_variables_and_scratch_work_has_not(lab: Lab) -> None:
    notebook = with_lab_cell("def mean_square(v):\n    return power(v).mean()\n", "TWO = 2\nLARGE = np.zeros(10**6)")
    own = "def power(v):\n    return v ** TWO\n\nprint(LARGE.sum())"
    job = job_of(small_lab.with_cell(notebook, own, "mean_square"), lab)
    assert [cell.source for cell in cells(job, "lab")] == ["TWO = 2"]
    assert outcome(job)["mean_square"]
    mine = job_of(small_lab.with_cell(notebook, own + "\nTWO = 2", "mean_square"), lab)
    assert not cells(mine, "lab"), "what the student defines needs nothing of the lab's"


@pytest.mark.parametrize(
    "lab_cell",
    [
        "history = model.fit(x, y)\nTWO = len(history.history)",
        "def train():\n    model.fit(x, y)\n    return 2\n\nTWO = train()",
        "def step():\n    optimizer.apply_gradients([])\n\ndef train():\n    step()\n    return 2\n\nTWO = [train() for _ in range(3)]",
    ],
)
def test_nothing_is_trained_to_have_a_variable(lab: Lab, lab_cell: str) -> None:
    job = job_of(with_lab_cell(MEAN.format("TWO"), lab_cell), lab)
    assert not cells(job, "lab")
    assert job.remarks == ("answers use TWO, which the lab computes by training: in grading, nothing is trained",)
