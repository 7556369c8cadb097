"""Signals and exits: the student's process ends, stops, or will not end."""

from attacks.submission import cheat


def ends(name, about, code, task="normalize", dangerous=False):
    """Make a submission that ends in one function and has the rest solved."""
    parameters = {"normalize": "a", "closest": "points, x"}[task]
    lines = "\n                    ".join(code.split("; "))
    answer = f"""
                import ctypes, os, signal, sys, threading, time


                def {task}({parameters}):
                    {lines}
    """
    return cheat(
        name,
        about,
        cells={task: answer},
        solved=True,
        loses=(task,),
        dangerous=dangerous,
    )


SUBMISSIONS = (
    ends("exit_in_a_function", "os._exit in one function.", "os._exit(0)"),
    ends("killed_by_itself", "SIGKILL to itself.", "os.kill(os.getpid(), 9)"),
    ends("segmentation_fault", "Address 0 is read.", "ctypes.string_at(0)"),
    ends("abort", "The process aborts.", "os.abort()"),
    ends("sys_exit", "sys.exit in a function.", "sys.exit()"),
    ends("quit", "quit() in a function.", "quit()"),
    ends(
        "exec_another_program",
        "The process becomes another program.",
        "os.execvp('sleep', ['sleep', '600'])",
    ),
    ends("stopped_by_itself", "SIGSTOP to itself.", "os.kill(os.getpid(), 19)"),
    ends(
        "loop_against_interrupts",
        "An endless loop ignores SIGINT and catches what else comes.",
        "signal.signal(signal.SIGINT, signal.SIG_IGN); "
        "exec('while True:\\n try:\\n  time.sleep(1)\\n except BaseException: pass')",
    ),
    ends(
        "everything_closed",
        "All open files are closed.",
        "os.closerange(0, 4096)",
    ),
    ends(
        "interrupts_itself",
        "A KeyboardInterrupt and a SIGINT in a function.",
        "signal.raise_signal(signal.SIGINT); raise KeyboardInterrupt",
    ),
    ends(
        "strange_exceptions",
        "GeneratorExit and an exception without arguments or text.",
        "raise type('', (BaseException,), {'__str__': None, '__repr__': None})",
    ),
    ends(
        "alarm",
        "A timer ends the process while a test may run.",
        "signal.signal(signal.SIGALRM, signal.SIG_DFL); "
        "signal.setitimer(signal.ITIMER_REAL, 0.01); time.sleep(1)",
    ),
    ends(
        "kills_its_parent",
        "The parent process, and its group, are killed.",
        "os.kill(os.getppid(), 9); os.killpg(0, 9)",
        dangerous=True,
    ),
    ends(
        "kills_everything",
        "Every process that can be killed is killed.",
        "[os.kill(n, 9) for n in range(2, 2)]; os.kill(-1, 9); time.sleep(.2); os._exit(0)",
        dangerous=True,
    ),
    cheat(
        "exit_at_the_start",
        "The first cell ends the process; everything is solved.",
        cells={"first": "import os\n\nos._exit(0)"},
        solved=True,
    ),
    cheat(
        "exit_once_more",
        "The process ends in a cell, and again whenever that cell is run anew.",
        cells={
            "after normalize": "import os\n\nos.kill(os.getpid(), 9)",
            "after greet": "import ctypes\n\nctypes.string_at(0)",
        },
        solved=True,
    ),
    cheat(
        "exit_in_a_thread",
        "A thread calls sys.exit, another one raises.",
        cells={
            "first": """
                import sys
                import threading

                threading.Thread(target=sys.exit).start()
                threading.Thread(target=lambda: 1 / 0).start()
            """,
        },
        solved=True,
    ),
    cheat(
        "exit_of_a_fork",
        "A forked child returns into the cell and leaves by an exception.",
        cells={
            "first": """
                import os

                if os.fork() == 0:
                    os.close(1)
                    os._exit(1)
                os.wait()
            """,
        },
        solved=True,
    ),
)
