"""Third step: a worker runs a job's notebook in a sandbox and says what became of each exercise."""
