"""Submissions that cheat, and honest ones that look odd, for a course made for them.

Each family of submissions is a module with a tuple called SUBMISSIONS. The course is
`course/tasks.py`; `submission.py` says what a submission is, `classroom.py` hands in
and grades, `shield.py` keeps the machine safe while that happens. `stock.toml` records
what nbgrader alone gives, for an attack that fails everywhere proves nothing.
"""
