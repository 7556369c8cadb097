"""One warm process for all tests that need rooms."""

import pytest

from autograder.zygote import Zygote


@pytest.fixture(scope="session")
def warm():
    """Start rooms as grading does: forked, and in the sandbox."""
    with Zygote.start(("numpy", "matplotlib.pyplot", "torch")) as zygote:
        yield zygote
