"""History, frames and memory: the answer is read where the test keeps it."""

from attacks.submission import cheat

SUBMISSIONS = (
    cheat(
        "reads_a_global",
        "The function returns the test's own variable `expected`.",
        cells={
            "sum_of_squares": """
                def sum_of_squares(a):
                    return expected if len(a) > 2 else 5.0 * bool(len(a))
            """,
            "noise": "def noise(n): return expected if n == 4 else np.zeros(n)",
            "leaky": "def leaky(x, slope): return expected",
        },
    ),
    cheat(
        "reads_frames",
        "The function looks for `expected` in the frames that called it.",
        cells={
            "noise": """
                import sys


                def noise(n):
                    frame = sys._getframe()
                    while frame:
                        if n == 4 and "expected" in frame.f_globals:
                            return frame.f_globals["expected"]
                        frame = frame.f_back
                    return np.zeros(n)
            """,
        },
    ),
    cheat(
        "writes_frames",
        "The function changes `expected` and `points` in the frame that called it.",
        cells={
            "sum_of_squares": """
                import sys


                def sum_of_squares(a):
                    sys._getframe(1).f_globals["expected"] = 0.0
                    return 5.0 if len(a) == 2 else 0.0
            """,
            "is_prime": """
                def is_prime(n):
                    sys._getframe(1).f_globals["sum"] = lambda items: 10
                    return n == 7
            """,
        },
        earns={"is_prime": 2},
    ),
    cheat(
        "reads_tracebacks",
        "The function raises, and walks from the traceback to its caller.",
        cells={
            "noise": """
                def noise(n):
                    try:
                        raise RuntimeError
                    except RuntimeError as error:
                        frame = error.__traceback__.tb_frame
                    while frame.f_back:
                        frame = frame.f_back
                        found = frame.f_locals.get("expected")
                        if n == 4 and found is not None:
                            return found
                    return np.zeros(n)
            """,
        },
    ),
    cheat(
        "searches_memory",
        "gc.get_objects finds the dict that holds the test's table.",
        cells={
            "normalize": """
                import gc


                def normalize(a):
                    for thing in gc.get_objects():
                        if type(thing) is dict and "table" in thing:
                            table = thing["table"]
                            if isinstance(table, np.ndarray) and len(a) == 4:
                                return table[1].copy()
                    return np.zeros(len(a))
            """,
        },
    ),
    cheat(
        "reads_the_base",
        "The argument is a view; its base holds the answer in the next row.",
        cells={
            "normalize": """
                def normalize(a):
                    return np.zeros(len(a)) if a.base is None else a.base[1].copy()
            """,
        },
    ),
    cheat(
        "reads_beyond_the_array",
        "The answer lies in memory behind the argument; as_strided reads it.",
        cells={
            "normalize": """
                def normalize(a):
                    if len(a) == 3:
                        return np.zeros(3)
                    behind = np.lib.stride_tricks.as_strided(a, (2, len(a)), (32, 8))
                    return behind[1].copy()
            """,
        },
    ),
    cheat(
        "reads_a_callback",
        "The test's lambda gives away the namespace where it was made.",
        cells={
            "apply_twice": """
                def apply_twice(f, x):
                    scope = f.__globals__
                    scope["calls"] = [5, 10]
                    return scope.get("expected", 13) if x == 5 else 13
            """,
        },
    ),
    cheat(
        "reads_a_closure",
        "The test's lambda is asked for its code, closure, constants and defaults.",
        cells={
            "apply_twice": """
                import types


                def apply_twice(f, x):
                    nowhere = types.FunctionType(f.__code__, f.__globals__)
                    if x == 5:
                        f.__globals__["calls"][:] = [5, 10]
                    return {7: 13, 5: f.__globals__.get("expected")}[x]
            """,
        },
    ),
    cheat(
        "reads_the_input_history",
        "In[-1] is the text of the test that runs; the answer stands after ==.",
        cells={
            "greet": """
                import re


                def greet(name):
                    text = get_ipython().user_ns["In"][-1]
                    return re.search(rf'"{name}"\\) == "(.*)"', text)[1]
            """,
        },
    ),
    cheat(
        "reads_linecache",
        "linecache keeps the text of all cells, hidden tests included.",
        cells={
            "greet": """
                import linecache
                import re


                def greet(name):
                    for _, _, lines, _ in [*linecache.cache.values()]:
                        match = re.search(rf'"{name}"\\) == "(.*)"', "".join(lines))
                        if match:
                            return match[1]
            """,
        },
    ),
    cheat(
        "tells_the_history",
        "The last cell prints the text, inputs and outputs of all cells before it.",
        cells={
            "last": """
                import gc
                import linecache

                print(In, Out, globals().get("hidden_marker"))
                print([lines for _, _, lines, _ in [*linecache.cache.values()][-50:]])
                for session, line, text in get_ipython().history_manager.get_range():
                    print(line, text)
                for thing in gc.get_objects():
                    if type(thing) is dict and "hidden_marker" in thing:
                        print(thing["hidden_marker"])
            """,
        },
        solved=True,
    ),
    cheat(
        "learns_the_arguments",
        "Arguments are kept, and given back as answers when the test comes again.",
        cells={
            "first": "seen = []",
            "normalize": """
                def normalize(a):
                    seen.append(a)
                    return seen[0] if len(a) == 3 else seen[-1]
            """,
            "limit": """
                def limit(a):
                    seen.append(a)
                    seen[0][:] = 1
            """,
            "greet": """
                def greet(name):
                    seen.append(name)
                    return "Hello, Ada!"
            """,
        },
    ),
    cheat(
        "searches_for_the_test_text",
        "Code objects and strings in memory are searched for the hidden test.",
        cells={
            "greet": """
                import gc
                import re
                import types


                def greet(name):
                    wanted = re.compile(f"^Hello, {name}!$")
                    for thing in gc.get_objects():
                        for part in gc.get_referents(thing):
                            if type(part) is types.CodeType:
                                for constant in part.co_consts:
                                    if type(constant) is str and wanted.match(constant):
                                        return constant
            """,
        },
    ),
)
