"""nbgrader's settings for this course; `nbgrader ...` reads them from here."""

c = get_config()  # noqa: F821  (given by nbgrader)

# Tests run in a room that the student's code cannot reach; see SECURITY.md. nbgrader
# only logs an error in this file and would go on without: SystemExit stops it.
try:
    from autograder.nbgrader_plugin import enable

    enable(c)
except Exception as error:
    raise SystemExit(f"nbgrader_config.py: no grading in two rooms: {error}") from error

c.CourseDirectory.course_id = "cnn"

# The list replaces nbgrader's default, so its four entries come first. "*.py" keeps
# the lessons' text, which holds the solutions, out of release/.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "*.py",
    "*.record.json",
]

c.ClearSolutions.code_stub = {
    "python": "# YOUR CODE HERE\n"
    'raise NotImplementedError("not written yet: replace this line with your code")'
}
c.ClearSolutions.text_stub = "*Your answer here: replace this line.*"
