"""Tests that share what is expensive run on one worker of pytest-xdist."""

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process")
@pytest.mark.xdist_group("any")
def test_groups_of_tests_stay_together(request):
    """
    What is expensive is shared by tests on one worker; without groups it is done again.
    """
    assert request.node.nodeid.endswith("@any")
