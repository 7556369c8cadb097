"""The course's text is no test and no module: it is read, and never imported."""

collect_ignore = ["course"]
