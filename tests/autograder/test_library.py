"""A name of the student's room leads to nothing in a library that could do harm."""

import decimal
import importlib.util
import math
import operator
import sys
import types
import unittest

import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from torch import nn
from two_rooms import in_two_rooms, problems

from autograder import library

F = nn.functional


def named(value):
    """Name a case, in all workers alike."""
    return str(getattr(value, "__qualname__", value)).partition(" at 0x")[0]


@pytest.mark.parametrize(
    "value",
    [
        *(int, str, ValueError, np.float32, np.ndarray, torch.Tensor),
        *(nn.Linear, torch.optim.Adam, math.sqrt, operator.add, np.sqrt, np.mean),
        *(F.relu, F.mse_loss, F.linear, torch.tanh),
    ],
    ids=named,
)
def test_types_and_functions_that_compute_are_themselves(value):
    """
    Both rooms agree on their names.
    """
    assert value is library.find_value(*library.name_of(value))


@pytest.mark.parametrize(
    "value",
    [
        *(eval, exec, open, compile, __import__, getattr, setattr, input, breakpoint),
        *(set, frozenset, KeyboardInterrupt, np.save, np.load, np.memmap, np.testing),
        *(
            torch.load,
            torch.from_file,
            operator.call if sys.version_info > (3, 11) else 1,
        ),
        *(np.seterr, types.FunctionType, unittest.SkipTest, "text", 5, np, math.pi),
    ],
    ids=named,
)
def test_all_else_stays_where_it_is(value):
    """
    A function that reads, writes, runs or changes something is a stand-in.
    """
    assert library.name_of(value) is None


@pytest.mark.parametrize(
    ("module", "name"),
    [
        *(("builtins", "eval"), ("os", "system"), ("torch", "os.system")),
        *(("torch.nn.functional", "importlib.import_module"), ("math", "__loader__")),
        *(("__main__", "main"), ("numpy", "float32.__init__"), ("no.such", "module")),
        *(("torch.nn.functional", "_verify_batch_size"), ("numpy", "")),
    ],
)
def test_a_name_that_was_made_up_finds_nothing(module, name):
    """
    Nor does one with dots lead out of its module.
    """
    assert library.find_value(module, name) is None


@pytest.mark.parametrize(
    ("module", "name"),
    [
        *(("unittest.case", "SkipTest"), ("numpy.testing", "SkipTest")),
        *(("bdb", "BdbQuit"), ("builtins", "eval"), ("asyncio", "CancelledError")),
        *(("_pytest.outcomes", "Skipped"), ("autograder.errors", "AutograderError")),
        *(("decimal", "Decimal"), ("decimal", "no_such")),
    ],
)
def test_no_exception_is_found_that_ends_a_test_well(module, name):
    """
    A runner of tests would count a skipped one as passed.
    """
    assert library.find_error(module, name) is None
    assert library.find_error("decimal", "InvalidOperation") is decimal.InvalidOperation


def test_a_file_that_nobody_installed_is_no_library(tmp_path, monkeypatch):
    """
    A released module, or a student's, can have any name.
    """
    place = tmp_path / "queue.py"
    place.write_text("class Empty(Exception): pass\nclass Thread: pass")
    spec = importlib.util.spec_from_file_location("queue", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert library.find_error("queue", "Empty") is not None

    monkeypatch.setitem(sys.modules, "queue", module)
    assert library.find_error("queue", "Empty") is None
    assert library.find_face("queue.Empty") is None


def test_no_class_of_data_is_a_face():
    """
    Their methods decide: only what cannot stand for a value is looked like.
    """
    assert library.find_face("torch.nn.modules.linear.Linear") is nn.Linear
    assert library.find_face("matplotlib.axes._axes.Axes") is Axes
    for name in (
        *("torch.Tensor", "torch.nn.parameter.Parameter", "torch.Size", "enum.IntEnum"),
        *("numpy.ndarray", "builtins.list", "numpy.ma.MaskedArray", "numpy.matrix"),
        *("collections.OrderedDict", "unittest.mock._ANY", "numbers.Number"),
        *("pandas.DataFrame", "no.such", "", "enum.auto.value", "re.Pattern"),
    ):
        assert library.find_face(name) is None


STUDENT = """
import os
import numpy as np
from torch import nn

def chosen():
    return [eval, os.getpid, np.save, set]

class Liar(nn.Linear):
    def item(self): return 3.0
    def allclose(self, other): return True
    shape = (2,)

def liar(x):
    return Liar(1, 1)
"""


def test_a_function_that_may_do_harm_runs_in_the_student_s_room(warm):
    """
    A test that calls it does not do so itself; a type of data is trusted with nothing.
    """
    source = """
import os
import numpy as np
evaluate, number, save, kind = chosen()
assert evaluate("2 + 3") == 5 and number is not os.getpid and save is not np.save
assert evaluate is not eval and kind is not set
"""
    assert [] == problems(in_two_rooms(warm, ("student", STUDENT), ("test", source)))


def test_a_face_brings_no_trust(warm):
    """
    An object of a layer's class is no number and no tensor.
    """
    tests = (
        "assert liar(1).item() == 3",
        "import torch\nassert liar(1).allclose(torch.ones(2))",
        "assert abs(liar(1) - 3) < 1",
        "assert liar(1) == 3",
    )
    run = in_two_rooms(warm, ("student", STUDENT), *(("test", t) for t in tests))

    assert len(tests) == len(problems(run))
