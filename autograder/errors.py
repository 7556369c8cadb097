"""What can go wrong, said once: where, what was wanted, what came, what to do."""


class AutograderError(Exception):
    """Any error that the autograder explains to its user."""


class AnswerError(AutograderError):
    """A file of right and wrong answers cannot be read or does not fit its notebook."""


class UnknownTaskError(AnswerError):
    """An answer is to a task that the notebook does not have."""
