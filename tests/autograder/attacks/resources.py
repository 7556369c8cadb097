"""Memory, disk, output and processes: more of it than there is."""

from attacks.submission import cheat


def greedy(name, about, task, answer, **fields):
    """Make a submission whose one task takes too much; the rest is solved."""
    fields = {"solved": True, "loses": (task,), "dangerous": True} | fields
    return cheat(name, about, cells={task: answer}, **fields)


SUBMISSIONS = (
    greedy(
        "memory_of_arrays",
        "Arrays of 40 GB are filled.",
        "normalize",
        """
            def normalize(a):
                held = []
                while True:
                    held.append(np.ones(2**27))
                    if len(held) > 40:
                        return a
        """,
    ),
    greedy(
        "memory_of_tensors",
        "Tensors of 40 GB are filled.",
        "leaky",
        """
            def leaky(x, slope):
                held = [torch.ones(2**28) for _ in range(40)]
                return x
        """,
    ),
    greedy(
        "memory_of_files",
        "Files in memory hold 40 GB.",
        "normalize",
        """
            import os


            def normalize(a):
                file = os.memfd_create("m")
                for _ in range(640):
                    os.write(file, bytes(2**26))
                return a
        """,
    ),
    greedy(
        "memory_shared",
        "Shared maps of 40 GB are written.",
        "normalize",
        """
            import mmap


            def normalize(a):
                held = []
                for _ in range(160):
                    held.append(mmap.mmap(-1, 2**28))
                    np.frombuffer(held[-1], np.uint8)[::4096] = 1
                return a
        """,
    ),
    greedy(
        "memory_of_children",
        "Thirty processes take 1.5 GB each.",
        "normalize",
        """
            import os
            import time


            def normalize(a):
                for _ in range(30):
                    if os.fork() == 0:
                        held = np.ones(200 * 2**20)
                        time.sleep(600)
                        os._exit(0)
                time.sleep(2)
                return a
        """,
    ),
    greedy(
        "memory_of_tmpfs",
        "/dev/shm and /tmp are filled.",
        "normalize",
        """
            def normalize(a):
                for folder in ("/dev/shm", "/tmp", "/run/shm", "/run"):
                    try:
                        with open(f"{folder}/fill", "wb") as file:
                            for _ in range(800):
                                file.write(bytes(2**24))
                    except OSError:
                        pass
                return a
        """,
    ),
    greedy(
        "disk_filled",
        "The working folder is filled with large files.",
        "normalize",
        """
            def normalize(a):
                for number in range(100):
                    with open(f"fill{number}", "wb") as file:
                        for _ in range(10):
                            file.write(bytes(2**24))
                return a
        """,
    ),
    greedy(
        "many_files",
        "The working folder gets a million empty files.",
        "normalize",
        """
            def normalize(a):
                for number in range(1_000_000):
                    open(f"file{number}", "w").close()
                return a
        """,
    ),
    greedy(
        "many_open_files",
        "A hundred thousand files are opened.",
        "normalize",
        """
            import os


            def normalize(a):
                opened = []
                try:
                    for _ in range(100_000):
                        opened.append(os.dup(0))
                finally:
                    for number in opened:
                        os.close(number)
                return a
        """,
        dangerous=False,
    ),
    greedy(
        "many_threads",
        "Twenty thousand threads are started.",
        "normalize",
        """
            import threading
            import time


            def normalize(a):
                for _ in range(20_000):
                    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
                return a
        """,
    ),
    greedy(
        "fork_flood",
        "Processes start processes as fast as they can.",
        "normalize",
        """
            import os


            def normalize(a):
                while True:
                    try:
                        os.fork()
                    except OSError:
                        pass
        """,
    ),
    greedy(
        "fork_flood_in_a_cell",
        "Children are started until no more can be; everything is solved.",
        "normalize",
        """
            import os
            import time

            for _ in range(5000):
                try:
                    if os.fork() == 0:
                        time.sleep(600)
                        os._exit(0)
                except OSError:
                    break


            def normalize(a):
                return (a - a.mean()) / a.std()
        """,
        loses=(),
    ),
    cheat(
        "many_prints",
        "200,000 lines are printed; everything is solved.",
        cells={"first": "for number in range(200_000):\n    print('line', number)"},
        solved=True,
    ),
    cheat(
        "prints_in_functions",
        "A function prints a megabyte at each call; everything is solved.",
        cells={
            "sum_of_squares": """
                import sys


                def sum_of_squares(a):
                    print("x" * 1_000_000)
                    print("y" * 1_000_000, file=sys.stderr)
                    return float(np.sum(a**2))
            """,
        },
        solved=True,
    ),
    cheat(
        "endless_prints",
        "A function prints for ever; the rest is solved.",
        cells={
            "greet": """
                def greet(name):
                    while True:
                        print(name * 1000)
            """,
        },
        solved=True,
        loses=("greet",),
        dangerous=True,
    ),
    cheat(
        "half_a_gigabyte_of_text",
        "500 MB are printed by one call; everything is solved.",
        cells={"first": "print('x' * 500_000_000)"},
        solved=True,
        dangerous=True,
    ),
    cheat(
        "giant_repr",
        "A cell's value has a repr of 100 MB, and one that never ends to be built.",
        cells={
            "first": """
                class Giant:
                    def __repr__(self):
                        return "x" * 100_000_000


                Giant()
            """,
        },
        solved=True,
    ),
    cheat(
        "giant_message",
        "A function raises an error with a message of 100 MB; the rest is solved.",
        cells={"greet": "def greet(name): raise ValueError('x' * 100_000_000)"},
        solved=True,
        loses=("greet",),
    ),
    cheat(
        "giant_answer",
        "A function returns 4 GB of zeros, another one a string of 200 MB.",
        cells={
            "normalize": "def normalize(a): return np.zeros(2**29)",
            "greet": "def greet(name): return 'x' * 200_000_000",
        },
        solved=True,
        loses=("normalize", "greet"),
        dangerous=True,
    ),
    cheat(
        "endless_answer",
        "A generator that never ends; the rest is solved.",
        cells={
            "countdown": """
                def countdown(n):
                    while True:
                        yield n
            """,
        },
        solved=True,
        loses=("countdown",),
        dangerous=True,
    ),
    cheat(
        "endless_arithmetic",
        "One operation of big ints takes for ever and cannot be interrupted.",
        cells={"closest": "def closest(points, x): return (10**10**9) % 7"},
        solved=True,
        loses=("closest",),
    ),
    cheat(
        "deep_recursion",
        "A function calls itself for ever, with and without a limit.",
        cells={
            "greet": """
                import sys


                def greet(name):
                    return greet(name + "!")
            """,
            "closest": """
                def closest(points, x):
                    sys.setrecursionlimit(10**9)
                    return repr(closest(points, x))
            """,
        },
        solved=True,
        loses=("greet", "closest"),
    ),
    cheat(
        "deep_answer",
        "Lists in lists, a hundred thousand deep, and a list that holds itself.",
        cells={
            "greet": """
                def greet(name):
                    deep = []
                    for _ in range(100_000):
                        deep = [deep]
                    return deep
            """,
            "closest": """
                def closest(points, x):
                    loop = []
                    loop.append(loop)
                    return loop
            """,
        },
        solved=True,
        loses=("greet", "closest"),
    ),
    cheat(
        "wide_answer",
        "Shared lists that would be 2**40 items when written out.",
        cells={
            "greet": """
                def greet(name):
                    wide = [0, 1]
                    for _ in range(40):
                        wide = [wide, wide]
                    return tuple(wide)
            """,
        },
        solved=True,
        loses=("greet",),
        dangerous=True,
    ),
    cheat(
        "chained_exceptions",
        "An error has ten thousand causes.",
        cells={
            "greet": """
                def greet(name):
                    error = ValueError("first")
                    for number in range(10_000):
                        cause, error = error, ValueError(number)
                        error.__cause__ = cause
                    raise error
            """,
        },
        solved=True,
        loses=("greet",),
    ),
    cheat(
        "exception_group",
        "An error is a group of groups of errors, and its text fails.",
        cells={
            "greet": """
                class Mute(ValueError):
                    def __str__(self):
                        raise RuntimeError("no text")

                    __repr__ = __str__


                def greet(name):
                    group = ExceptionGroup("g", [Mute() for _ in range(50)])
                    for _ in range(50):
                        group = ExceptionGroup("g", [group, Mute()])
                    raise group
            """,
        },
        solved=True,
        loses=("greet",),
    ),
)
