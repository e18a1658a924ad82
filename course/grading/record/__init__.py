"""Fourth step: results, humans' marks and lateness go into files and nbgrader's gradebook, one submission at a time."""
