"""Grading a class, from what was handed in to grades: a room a step, and each hands plain data (`model`) to the next.

    collect   a folder or a platform's zip        -> a `Submission` a student, whatever was handed in
    prepare   a submission and the course's lab   -> a `Job`: the course's notebook with the student's cells put in
    execute   a job, in a sandbox, on workers     -> an `Execution`: what became of each exercise
    record    an execution and humans' marks      -> a `Result` a student: JSON, and nbgrader's gradebook
    report    the results of a class              -> tables, the instructor's report, the students' pages

`command` is the command line, `grade` goes the way from room to room. Whatever a student hands in becomes a row; whatever is
interrupted goes on where it stopped. A room imports `model` and, of the other rooms, `prepare` alone, which reads notebooks
and code without running anything; only `grade` and `command` know them all.
"""
