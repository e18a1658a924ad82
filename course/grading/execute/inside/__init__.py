"""What the sandbox holds besides Python, its packages and `utils`: nothing here imports the course, which is not there."""
