"""Honest notebooks that look unusual: magics, figures, prints, order, mishaps."""

from attacks.submission import find, honest


def imports_last_in_cell(document):
    """Join a task's cell with what an editor leaves: blank lines, tabs, Windows ends."""
    cell = find(document, "greet")
    cell.source = cell.source.replace("\n", "\r\n") + "\r\n\r\n\t\r\n"


def answers_in_another_order(document):
    """Move two answers in front of the tasks before them."""
    for name in ("greet", "countdown"):
        cell = find(document, name)
        document.cells.remove(cell)
        document.cells.insert(document.cells.index(find(document, "grid")) + 1, cell)


def long_cell(document):
    lines = "\n".join(f"value_{n} = {n}  # {'x' * 60}" for n in range(8000))
    find(document, "greet").source += f"\n\n\n{lines}"


SUBMISSIONS = (
    honest(
        "warnings_everywhere",
        "Answers warn, and write to stderr.",
        cells={
            "sum_of_squares": """
                import sys
                import warnings


                def sum_of_squares(a):
                    warnings.warn("old", DeprecationWarning, stacklevel=2)
                    warnings.warn("slow", stacklevel=2)
                    print("working ...", file=sys.stderr)
                    np.log(np.zeros(1))
                    return float(np.sum(a**2))
            """,
            "greet": """
                import logging

                logging.basicConfig(level=logging.DEBUG)


                def greet(name):
                    logging.getLogger(__name__).warning("greeting %s", name)
                    return f"Hello, {name}!"
            """,
        },
    ),
    honest(
        "prints_and_displays",
        "Answers print and display while they are tested.",
        cells={
            "is_prime": """
                from IPython.display import HTML, clear_output, display


                def is_prime(n):
                    print(n, end="\\r", flush=True)
                    display(HTML(f"<b>{n}</b>"))
                    clear_output(wait=True)
                    return n > 1 and all(n % k for k in range(2, n))
            """,
        },
    ),
    honest(
        "progress_bars",
        "A progress bar, by hand and by tqdm if it is there.",
        cells={
            "first": """
                try:
                    from tqdm.auto import tqdm
                except ImportError:
                    tqdm = list
            """,
            "sum_of_squares": """
                import sys


                def sum_of_squares(a):
                    total = 0.0
                    for i, x in enumerate(tqdm(a)):
                        sys.stderr.write(f"\\r{i}/{len(a)}")
                        total += x * x
                    return total
            """,
        },
    ),
    honest(
        "figures",
        "Figures are drawn, at the end of cells and in answers.",
        cells={
            "first": """
                %matplotlib inline
                import matplotlib.pyplot as plt

                plt.plot(np.arange(5) ** 2)
                plt.show()
            """,
            "normalize": """
                def normalize(a):
                    figure, axes = plt.subplots()
                    axes.hist(a)
                    plt.show()
                    return (a - a.mean()) / a.std()
            """,
        },
    ),
    honest(
        "magics",
        "Line and cell magics, shell commands, help, and Markdown cells of code.",
        cells={
            "first": """
                %load_ext autoreload
                %autoreload 2
                %env MY_VARIABLE=1
                %timeit -n 1 -r 1 sum(range(10))
                !echo "from the shell"
                files = !ls
                %whos
            """,
            "greet": """
                %%time
                def greet(name):
                    return f"Hello, {name}!"
            """,
            "closest": """
                %%capture captured
                def closest(points, x):
                    return int(((points - x) ** 2).sum(1).argmin())


                print("not shown")
            """,
            "last": "%%bash\necho one\nexit 0",
        },
    ),
    honest(
        "errors_in_own_cells",
        "Own cells fail: a wrong name, a wrong syntax, a failed assert.",
        cells={
            "first": "undefined_name + 1",
            "after normalize": "def broken(:\n    pass",
            "after greet": "assert False, 'my own check'",
            "last": "raise SystemExit",
        },
    ),
    honest(
        "crash_elsewhere",
        "One task divides by zero, one has a syntax error; the rest is right.",
        cells={
            "normalize": "def normalize(a): return a / 0 if 1 // 0 else a",
            "greet": "def greet(name) return name",
        },
        loses=("normalize", "greet"),
    ),
    honest(
        "not_finished",
        "Three tasks were not begun.",
        cells=dict.fromkeys(
            ("normalize", "noise", "apply_twice"), "raise NotImplementedError"
        ),
        loses=("normalize", "noise", "apply_twice"),
    ),
    honest(
        "half_right",
        "One answer is right for some numbers.",
        cells={"is_prime": "def is_prime(n): return n % 2 == 1"},
        earns={"is_prime": 1},
    ),
    honest(
        "defined_again_later",
        "A later cell defines a function of an earlier task anew; both are right.",
        cells={
            "normalize": "def normalize(a): return 'a first try'",
            "sum_of_squares": """
                def normalize(a):
                    return "a guess"


                def sum_of_squares(a):
                    return float(np.dot(a, a))
            """,
            "after sum_of_squares": "sum_of_squares_before = sum_of_squares",
            "after leaky": """
                def sum_of_squares(a):
                    return sum_of_squares_before(a) + 0.0
            """,
            "first": "def normalize(a): return None",
        },
        loses=("normalize",),
    ),
    honest(
        "main_guard",
        "Answers stand under `if __name__ == '__main__'`, in try and in with.",
        cells={
            "greet": """
                if __name__ == "__main__":

                    def greet(name):
                        return f"Hello, {name}!"
            """,
            "closest": """
                import contextlib

                try:
                    with contextlib.suppress(ZeroDivisionError):
                        def closest(points, x):
                            return int(((points - x) ** 2).sum(1).argmin())

                        1 / 0
                finally:
                    done = True
            """,
        },
    ),
    honest(
        "answers_elsewhere",
        "Answers stand in a cell of their own; the given cells import or rename them.",
        cells={
            "first": """
                def _greet(name):
                    return f"Hello, {name}!"


                class Helpers:
                    @staticmethod
                    def closest(points, x):
                        return int(((points - x) ** 2).sum(1).argmin())
            """,
            "greet": "greet = _greet",
            "closest": "closest = Helpers.closest",
        },
    ),
    honest(
        "another_order",
        "Two answers stand before the tasks.",
        edit=answers_in_another_order,
    ),
    honest(
        "windows_line_ends", "A cell has Windows line ends.", edit=imports_last_in_cell
    ),
    honest("long_cell", "A cell has eight thousand lines.", edit=long_cell),
    honest(
        "shell_state",
        "The working folder, sys.path and the environment are changed.",
        cells={
            "first": """
                import os
                import sys
                from pathlib import Path

                Path("sub").mkdir(exist_ok=True)
                os.chdir("sub")
                Path("own_helper.py").write_text("hello = 'Hello, {}!'")
                sys.path.insert(0, os.getcwd())
                os.environ["LANG"] = "C"
            """,
            "greet": "from own_helper import hello\n\ngreet = hello.format",
        },
    ),
    honest(
        "uses_the_history",
        "The last result `_`, Out, and `get_ipython` are used.",
        cells={
            "first": "40 + 2",
            "greet": """
                result = Out[max(Out)] if Out else 42
                shell = get_ipython()


                def greet(name):
                    return f"Hello, {name}!" if result else None
            """,
        },
    ),
)
