"""The course's machinery for authors and instructors: `python -m course --help`."""
