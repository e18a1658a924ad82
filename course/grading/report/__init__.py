"""Last step: tables, the instructor's report and the students' pages, all from the results' files."""
