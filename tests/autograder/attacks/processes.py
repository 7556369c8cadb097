"""Processes and threads that outlive their cell, and the submission."""

from attacks.submission import cheat

LEFT = """
    import os
    import signal
    import subprocess
    import sys
    import time

    LATER = "import time; time.sleep(600); open('/tmp/outside/late', 'w')"
"""

SUBMISSIONS = (
    cheat(
        "daemons",
        "Processes without parent ignore signals, sleep, loop and are stopped.",
        cells={
            "first": LEFT
            + """
    subprocess.Popen([sys.executable, "-c", LATER], start_new_session=True)
    os.system("nohup sh -c 'while true; do sleep 1; done' >/dev/null 2>&1 &")
    for stopped in (False, True):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                    signal.signal(number, signal.SIG_IGN)
                if stopped:
                    os.kill(os.getpid(), signal.SIGSTOP)
                time.sleep(600)
            os._exit(0)
        os.wait()
            """,
        },
        solved=True,
    ),
    cheat(
        "at_exit",
        "At the end of the kernel, code waits, writes, and starts a process.",
        cells={
            "first": LEFT
            + """
    import atexit


    def late():
        subprocess.Popen([sys.executable, "-c", LATER], start_new_session=True)
        time.sleep(60)


    atexit.register(late)
            """,
        },
        solved=True,
    ),
    cheat(
        "endless_thread",
        "A thread that is no daemon spins for ever.",
        cells={
            "first": """
                import threading


                def spin():
                    while True:
                        sum(range(1000))


                threading.Thread(target=spin).start()
            """,
        },
        solved=True,
    ),
    cheat(
        "workers_left",
        "Pools of processes and threads are never closed.",
        cells={
            "first": """
                import concurrent.futures
                import multiprocessing
                import time

                pool = multiprocessing.get_context("fork").Pool(2)
                pool.apply_async(time.sleep, (600,))
                threads = concurrent.futures.ThreadPoolExecutor(2)
                threads.submit(time.sleep, 600)
            """,
        },
        solved=True,
    ),
    cheat(
        "child_keeps_the_kernel",
        "A child goes on as a second kernel on the same sockets.",
        cells={
            "first": """
                import os

                child = os.fork()
            """,
            "greet": "def greet(name): return f'Hello, {name}!' if child else child",
        },
        solved=True,
        dangerous=True,  # nothing ends the second kernel but a sandbox
    ),
    cheat(
        "end_is_ignored",
        "The kernel ignores the request to shut down, and SIGTERM.",
        cells={
            "first": """
                import signal

                kernel = get_ipython().kernel
                kernel.do_shutdown = lambda restart: {"status": "ok", "restart": restart}
                kernel.shutdown_request = kernel.do_shutdown
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            """,
        },
        solved=True,
    ),
)
