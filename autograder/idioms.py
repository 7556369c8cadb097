"""Test idioms whose verdict differs between one kernel and two rooms.

In two rooms a graded cell runs in a process of its own. It calls the student's
functions there, but it cannot reach into the process in which they run: patch a library
under them, look at their code, measure their memory. `autograder.idiom_search` finds
these idioms in the text of a cell, `autograder.lint` reads the cells from notebooks.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Idiom:
    """A kind of test that means something else in two rooms.

    Parameters
    ----------
    why : str
        Why its verdict differs.
    instead : str
        What to write instead.
    names : tuple of str
        Dotted names that give it away; "dis" also stands for all of its members.
    attributes : tuple of str
        Attributes that give it away, whatever they belong to.
    """

    why: str
    instead: str
    names: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


IDIOMS = {
    "patch": Idiom(
        "changes a library for the test's process only, not for the student's code",
        "compare results, or pass in a function that raises or counts its calls",
        names=("unittest.mock.patch", "mock.patch", "pytest.MonkeyPatch"),
    ),
    "code": Idiom(
        "the test sees a stand-in, which has none of the student's compiled code",
        "check what the function returns, or read its text with inspect.getsource",
        names=(
            "dis",
            "opcode",
            "inspect.getclosurevars",
            "inspect.isgeneratorfunction",
        ),
        attributes=("__code__", "__closure__", "co_names", "co_code", "co_consts"),
    ),
    "frames": Idiom(
        "the frames here are those of the test, never of the student's code",
        "check what the function returns, raises or changes",
        names=(
            *("inspect.currentframe", "inspect.stack", "inspect.trace"),
            *("inspect.getframeinfo", "inspect.getouterframes", "sys._getframe"),
            *("inspect.getinnerframes", "sys.settrace", "sys.setprofile"),
        ),
        attributes=("f_back", "f_locals", "f_globals", "tb_frame"),
    ),
    "measure": Idiom(
        "measures the test's process, while the student's code runs in another one",
        "measure wall time with time.perf_counter around the call",
        names=(
            *("tracemalloc", "resource.getrusage", "time.process_time", "psutil"),
            *("time.process_time_ns", "time.thread_time", "time.thread_time_ns"),
            *("cProfile", "profile", "gc.get_objects", "gc.get_referrers"),
            *("sys.getrefcount", "torch.profiler"),
        ),
    ),
    "memory": Idiom(
        "arrays are copied between the rooms, so two never share memory",
        "compare with `is` what the function returns, or check that its argument is "
        "unchanged",
        names=("numpy.shares_memory", "numpy.may_share_memory"),
        attributes=("data_ptr", "untyped_storage", "__array_interface__"),
    ),
    "history": Idiom(
        "this kernel has run none of the student's cells, so it has none of their "
        "history, magics or outputs",
        "check the names that the student's cells define",
        names=(
            *("In", "Out", "_ih", "_oh", "_dh", "_i", "_ii", "_iii", "__"),
            *("get_ipython", "IPython.get_ipython", "readline"),
        ),
    ),
    "bytes": Idiom(
        "runs what the student's code may have written, in the room that decides",
        "call a function of the student's that reads it, or read data only: json, "
        "np.load, torch.load(weights_only=True)",
        names=(
            *("pickle.load", "pickle.loads", "pickle.Unpickler", "marshal.load"),
            *("marshal.loads", "dill.load", "dill.loads", "cloudpickle.load"),
            *("cloudpickle.loads", "joblib.load", "pandas.read_pickle"),
            *("shelve.open", "runpy", "importlib.util.spec_from_file_location"),
            *("importlib.machinery.SourceFileLoader", "os.system", "os.popen"),
            "subprocess",
        ),
    ),
    "figures": Idiom(
        "the student's figures are in the other room; this one has only its own",
        "let the student's function return its axes, and look at those",
        names=(
            *("matplotlib.pyplot.gcf", "matplotlib.pyplot.gca"),
            *("matplotlib.pyplot.get_fignums", "matplotlib.pyplot.get_figlabels"),
            *("matplotlib.pyplot.fignum_exists", "matplotlib._pylab_helpers"),
        ),
    ),
    "modules": Idiom(
        "lists the modules of the test's process, not of the student's",
        "check results; a module that must not be used cannot be forbidden",
        names=("sys.modules", "modulefinder"),
    ),
    "equality": Idiom(
        "an instance of a student's class stays in the student's room, and comparing "
        "it is an error: it could say that it equals anything",
        "compare its attributes, which cross as data",
    ),
    "derive": Idiom(
        "the student's class is in the other room, so a class here cannot derive from "
        "it",
        "derive it in a locked cell that is not graded, or check the class itself",
    ),
    "stderr": Idiom(
        "text on stderr costs all points in one kernel, and none in two rooms",
        "raise an AssertionError with the message",
        names=(
            *("warnings.warn", "sys.stderr", "logging.warning", "logging.error"),
            "logging.critical",
        ),
    ),
    "process": Idiom(
        "sets the test's process, while the student's code runs in another one",
        "set it in a locked cell that is not graded: that one runs in both rooms",
        names=(
            *("os.chdir", "os.environ", "os.putenv", "locale.setlocale"),
            *("sys.setrecursionlimit", "decimal.getcontext", "decimal.setcontext"),
            *("torch.set_default_dtype", "torch.set_default_device"),
        ),
    ),
}

# Magics that are such an idiom; the others (%timeit, say) work in the test room.
MAGICS = {
    **dict.fromkeys(("history", "hist", "recall", "rerun", "macro"), "history"),
    **dict.fromkeys(("who", "who_ls", "whos", "reset", "store", "xdel"), "history"),
    **dict.fromkeys(("run", "load", "loadpy", "bash", "sh", "script"), "bytes"),
    **dict.fromkeys(("python", "python3"), "bytes"),
}
