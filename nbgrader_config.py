"""nbgrader's settings for this course; `python -m course` and the `nbgrader` command both read them."""

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "cnn-labs"
c.CourseDirectory.source_directory = "labs_solutions"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__"]
c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("write this function, then run the cell again")'}
c.ClearSolutions.text_stub = "*Write your answer here.*"
# Validate and autograde run a lab from the top; a cell that trains takes longer than nbgrader's 30 seconds on a slow laptop.
c.Execute.timeout = 300
