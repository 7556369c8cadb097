"""An add-on to nbgrader; nothing in it knows this course."""
