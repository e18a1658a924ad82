"""nbgrader's settings for Validate, the button in the notebook's toolbar."""

c = get_config()  # noqa: F821

# Validate runs the lab from the top; a cell that trains takes longer than nbgrader's 30 seconds on a slow laptop.
c.Execute.timeout = 300
