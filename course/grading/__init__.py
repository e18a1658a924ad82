"""Grading a class: collect, sanitize, execute in a sandbox, record in nbgrader's gradebook, report."""
