"""Second step: from a submission to a job for a worker, the course's notebook with the student's cells put in."""
