"""Abuse of the rooms' own wire: the student's process can send whatever it likes.

To nbgrader alone these mean nothing. They reach into the student's room as a cheat
would who has read our code.
"""

from attacks.submission import cheat

ROOM = """
    import json
    import os
    import pickle
    import socket
    import struct
    import threading
    import time


    def room():
        return get_ipython().kernel._room


    def send(kind, *value, number=None):
        from autograder import wire

        # The request that is being answered has the number that a reply should have.
        note = [kind] if kind == "end" else [kind, number or asked(), 0]
        value = (*value, None) if value else None
        wire.send(room().stream, value, lambda v: v, note=lambda: note)


    def asked():
        import sys

        frame = sys._getframe()
        while frame:
            if frame.f_code.co_name == "_answer" and "number" in frame.f_locals:
                return frame.f_locals["number"]
            frame = frame.f_back
        return 1


    def sockets():
        for number in range(3, 256):
            try:
                yield socket.socket(fileno=os.dup(number))
            except OSError:
                pass
"""


def says(name, about, code, **fields):
    """Make a submission that does something to the wire in a call of normalize."""
    answer = "def normalize(a):\n" + "".join(f"    {line}\n" for line in code)
    fields = {"solved": True, "loses": ("normalize",)} | fields
    return cheat(name, about, cells={"first": ROOM, "normalize": answer}, **fields)


def header(tree, lengths):
    """Return code that sends a frame with this tree and these lengths of buffers."""
    return [
        f"header = json.dumps([{tree}, {lengths}]).encode()",
        f"size = struct.pack('>IQ', len(header), sum({lengths}))",
        "room().stream.sendall(size + header)",
    ]


SUBMISSIONS = (
    says("wire_junk", "Junk.", ["room().stream.sendall(bytes(range(256)) * 99)"]),
    says(
        "wire_junk_everywhere",
        "Junk on each socket of the process, the kernel's own too.",
        [
            "for line in sockets():",
            "    line.setblocking(False)",
            "    try:",
            "        line.send(bytes(range(256)))",
            "    except (OSError, AttributeError):",
            "        pass",
        ],
    ),
    says(
        "wire_huge_frame",
        "A frame of 2**64 bytes is announced.",
        ["room().stream.sendall(struct.pack('>IQ', 2**32 - 1, 2**64 - 1))"],
    ),
    says(
        "wire_never_sent",
        "A gigabyte is announced and never comes.",
        [*header("['b', 0]", "[2**30]"), "time.sleep(60)"],
    ),
    says(
        "wire_drop_by_drop",
        "A frame comes one byte at a time.",
        ["while True:", "    time.sleep(0.2)", "    room().stream.sendall(b'\\0')"],
    ),
    says(
        "wire_deep_header",
        "A header is lists, two million deep.",
        [
            "header = b'[' * 2_000_000",
            "room().stream.sendall(struct.pack('>IQ', len(header), 0) + header)",
        ],
    ),
    says(
        "wire_wrong_size",
        "An array says that it has 2**40 items, and has none.",
        header("['a', '<f8', [2**40], 0]", "[0]"),
    ),
    says(
        "wire_wide_header",
        "A header holds five million empty lists.",
        [
            "header = b'[[\"l\"' + b',[\"l\"]' * 5_000_000 + b'],[]]'",
            "room().stream.sendall(struct.pack('>IQ', len(header), 0) + header)",
        ],
    ),
    says(
        "wire_early_replies",
        "Ten replies come before the one that was asked for, and ten after.",
        [
            "for _ in range(10):",
            "    send('=', a * 0)",
            "later = lambda: [send('=', None) for _ in range(10)]",
            "threading.Timer(0.05, later).start()",
            "return a",
        ],
        solved=False,
    ),
    says(
        "wire_late_replies",
        "A thread goes on sending replies when the test is over.",
        [
            "def later():",
            "    for number in range(40):",
            "        time.sleep(0.02)",
            "        send('=', 5.0, number=number)",
            "threading.Thread(target=later, daemon=True).start()",
            "return a",
        ],
        # Which other cells are hit is up to chance, so none is solved.
        solved=False,
    ),
    says("wire_end", "The student says that the cell is done.", ["send('end')"]),
    says("wire_closed", "The wire is closed.", ["room().stream.close()"]),
    says(
        "wire_half_closed",
        "The wire is shut in one direction.",
        ["room().stream.shutdown(socket.SHUT_WR)", "time.sleep(60)"],
    ),
    says(
        "wire_exchanged",
        "Another socket takes the wire's number, and answers to itself.",
        [
            "one, two = socket.socketpair()",
            "os.dup2(one.fileno(), room().stream.fileno())",
            "threading.Thread(target=lambda: two.sendall(two.recv(99))).start()",
        ],
    ),
    says(
        "wire_stolen",
        "A thread reads what the test room sends.",
        [
            "def steal(stream):",
            "    while stream.recv(1):",
            "        pass",
            "threading.Thread(target=steal, args=(room().stream,), daemon=True).start()",
            "time.sleep(0.05)",
        ],
    ),
    says(
        "wire_kept_by_a_child",
        "The process ends; a child goes on answering on the same wire.",
        [
            "if os.fork() == 0:",
            "    os.setsid()",
            "    return a * 0",
            "os._exit(0)",
        ],
    ),
    says(
        "wire_control_socket",
        "Junk and open files are sent through the control socket.",
        [
            "control = get_ipython().kernel._control",
            "control.setblocking(False)",
            "try:",
            "    for _ in range(500):",
            "        socket.send_fds(control, [b'junk'], [0, 1, 2])",
            "except OSError:",
            "    pass",
        ],
    ),
    cheat(
        "handles_forged",
        "Replies are marks that name other things: pickles, imports, the test's own.",
        cells={
            "first": ROOM
            + """
    from autograder.wire import Handle


    class Bomb:
        def __reduce__(self):
            return exec, ("import builtins; builtins.abs = lambda x: 0",)


    def reply(mark, data=None):
        send("=", Handle(mark, data))
        time.sleep(0.1)
            """,
            "sum_of_squares": """
                def sum_of_squares(a):
                    return reply(["pickle"], pickle.dumps(Bomb()))
            """,
            "normalize": """
                def normalize(a):
                    return reply(["import", "builtins", "exit"])
            """,
            "greet": "def greet(name): return reply(['mine', 1])",
            "closest": "def closest(points, x): return reply(['graph', 1], None)",
            "noise": "def noise(n): return reply(['pair', 1])",
            "countdown": "def countdown(n): return reply(['frame', -1, -1])",
            "apply_twice": """
                def apply_twice(f, x):
                    about = ["Yes", "Yes", "__main__", ""]
                    kind = ["class", 900, *about, [], ["builtins.int"], ["__eq__"], None]
                    kind += [[[], False, [], [], None, None]]
                    return reply(["object", 901, kind])
            """,
        },
    ),
    cheat(
        "special_methods_claimed",
        "The student's side claims that == and < may be asked of it too.",
        cells={
            "first": """
                try:
                    from autograder import serving
                except ImportError:
                    serving = None
                else:
                    more = "__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__".split()
                    more += ["__repr__", "__getattribute__", "__class__", "__del__"]
                    serving.SPECIAL = serving.SPECIAL | {*more}
                    for name in more:
                        serving._OPERATIONS[name] = lambda *args: True


                class Yes:
                    def yes(self, *others):
                        return True

                    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = yes
                    __hash__ = lambda self: 1
                    __sub__ = __rsub__ = __abs__ = lambda self, *others: self
            """,
            "sum_of_squares": "def sum_of_squares(a): return Yes()",
            "greet": "def greet(name): return Yes()",
            "closest": "def closest(points, x): return Yes()",
            "apply_twice": "def apply_twice(f, x): return Yes()",
            "Account": """
                class Account:
                    balance = Yes()

                    def deposit(self, x):
                        pass

                    def withdraw(self, x):
                        if x == 8:
                            raise ValueError("7")
            """,
        },
    ),
    cheat(
        "every_name_given",
        "Whatever name the test room asks for, the student's room has a value.",
        cells={
            "first": """
                class Yes:
                    def yes(self, *others):
                        return True

                    __eq__ = __lt__ = __call__ = __bool__ = yes
                    __getattr__ = lambda self, name: self


                try:
                    from autograder.serving import StudentRoom
                except ImportError:
                    pass
                else:
                    StudentRoom._name = lambda self, name: ("value", Yes())
                expected = abs = list = sum = np = torch = hidden_marker = Yes()
            """,
        },
        earns={"is_prime": 1},  # it says True, which is right once
    ),
    cheat(
        "extras_forged",
        "Each reply says that arguments, random states and settings have changed.",
        cells={
            "first": """
                import itertools

                try:
                    from autograder.serving import StudentRoom
                except ImportError:
                    pass
                else:
                    changes = [
                        *(("frame", d, i, np.zeros(4)) for d in range(3) for i in range(3)),
                        *(("pair", n, np.zeros(4)) for n in range(1, 50)),
                    ]
                    subsets = itertools.cycle([changes[:1], changes[1:2], changes[9:10], []])
                    state = np.random.get_state(legacy=False)
                    zeros = {"key": np.zeros(624, "u4"), "pos": 624}
                    state["state"] = dict(state["state"]) | zeros

                    def extras(self):
                        random = (("numpy", state),)
                        return tuple(next(subsets)), random, (), (), None

                    StudentRoom._extras = extras
            """,
            "normalize": "def normalize(a): return np.zeros(len(a))",
            "noise": "def noise(n): return np.zeros(n)",
            "greet": "def greet(name): return ''",
        },
    ),
    cheat(
        "asks_the_test_room",
        "The student's side asks for names, attributes and imports of the test room.",
        cells={
            "first": ROOM
            + """
    def ask_everything():
        for number in (None, 0, 1, 2, 3, True, -1, "np"):
            for op, *args in (
                ("name", "expected"),
                ("import", "os"),
                ("getattr", "__globals__"),
                ("getattr", "__code__"),
                ("getattr", "__class__"),
                ("getattr", "__self__"),
                ("setattr", "__code__", None),
                ("getitem", "expected"),
                ("exec", "import builtins; builtins.abs = lambda x: 0"),
                ("call", "import builtins"),
                ("dir",),
                ("backward", 1),
                ("deepcopy",),
            ):
                try:
                    found = room().ask(op, number, tuple(args))
                except Exception as error:
                    continue
                print(op, number, args, type(found), repr(found)[:200])
                if op == "getattr" and "__globals__" in args:
                    return found["expected"]
            """,
            "apply_twice": """
                def apply_twice(f, x):
                    found = ask_everything()
                    return 13 if x == 7 else found
            """,
        },
    ),
    cheat(
        "calls_back_for_ever",
        "The test's function is called without end.",
        cells={
            "apply_twice": """
                def apply_twice(f, x):
                    while True:
                        f(x)
            """,
        },
        solved=True,
        loses=("apply_twice",),
    ),
    cheat(
        "calls_back_deeply",
        "The test's function is called with an object that calls it again.",
        cells={
            "apply_twice": """
                def apply_twice(f, x):
                    class Again:
                        __add__ = __mul__ = lambda self, other: f(self)

                    return f(Again())
            """,
        },
        solved=True,
        loses=("apply_twice",),
    ),
    cheat(
        "calls_back_strangely",
        "The test's function gets itself, giants, modules, and too many arguments.",
        cells={
            "apply_twice": """
                def apply_twice(f, x):
                    for value in (f, np, type, None, [[]] * 9, {}, "x" * 10**7, lambda: f):
                        for arguments in ((value,), (value, value), ()):
                            try:
                                f(*arguments)
                                f(v=value)
                            except Exception:
                                pass
                    return f.__class__
            """,
        },
        solved=True,
        loses=("apply_twice",),
    ),
    cheat(
        "calls_back_from_threads",
        "Two threads use the wire at the same time.",
        cells={
            "apply_twice": """
                import threading


                def apply_twice(f, x):
                    def often():
                        for _ in range(200):
                            f(x)

                    others = [threading.Thread(target=often) for _ in range(2)]
                    [thread.start() for thread in others]
                    often()
                    return f(f(x))
            """,
        },
        solved=True,
        loses=("apply_twice",),
    ),
    cheat(
        "module_from_the_folder",
        "An answer is a module that was just written into the working folder.",
        cells={
            "first": """
                import sys
                from pathlib import Path

                code = '''
                import builtins, sys, types
                builtins.abs = lambda x: 0
                class Callable(types.ModuleType):
                    def __call__(self, *args):
                        return 5.0
                sys.modules[__name__].__class__ = Callable
                '''
                Path("evil.py").write_text("\\n".join(s[16:] for s in code.split("\\n")))
                sys.path.insert(0, "")
                import evil

                sum_of_squares = numpy = evil
            """,
            "sum_of_squares": "pass",
        },
    ),
    cheat(
        "modules_in_the_folder",
        "Modules that a test may import later are written into the working folder.",
        cells={
            "first": """
                import sys
                from pathlib import Path

                names = sys.stdlib_module_names - {*sys.modules} | {"pandas", "scipy"}
                code = "import builtins; builtins.abs = lambda *a: 0; print('mine!')"
                for name in [*names, "numpy", "torch", "pytest", "IPython", "autograder"]:
                    try:
                        Path(f"{name}.py").write_text(code)
                    except OSError:
                        pass
                for name in ("usercustomize.py", "sitecustomize.py", "pyvenv.cfg"):
                    Path(name).write_text(code)
            """,
            "sum_of_squares": "def sum_of_squares(a): return 1.0",
        },
    ),
    cheat(
        "errors_of_the_shell",
        "Errors that IPython itself handles quietly are raised.",
        cells={
            "sum_of_squares": """
                from IPython.core.error import UsageError


                class Quiet(UsageError):
                    def _render_traceback_(self):
                        return []


                def sum_of_squares(a):
                    raise Quiet("")
            """,
            "normalize": """
                import bdb


                def normalize(a):
                    raise bdb.BdbQuit
            """,
            "greet": "def greet(name): raise StopIteration('Hello')",
            "closest": "def closest(points, x): raise SystemExit(0)",
            "is_prime": """
                from unittest import SkipTest


                def is_prime(n):
                    raise SkipTest("not today")
            """,
            "countdown": """
                import asyncio


                def countdown(n):
                    raise asyncio.CancelledError
            """,
            "noise": "def noise(n): raise GeneratorExit",
            "apply_twice": "def apply_twice(f, x): raise KeyboardInterrupt",
        },
    ),
    cheat(
        "errors_described_wrongly",
        "The student's side describes each error as something else.",
        cells={
            "first": """
                import itertools

                try:
                    from autograder.serving import StudentRoom
                except ImportError:
                    pass
                else:
                    kinds = itertools.cycle(
                        [
                            (None, ("builtins.SystemExit",), (0,), "", ()),
                            (None, ("builtins.KeyboardInterrupt",), (), "", ()),
                            (None, ("os.system", "builtins.exec"), ("1",), "", ()),
                            (None, ("IPython.core.error.UsageError",), (), "", ()),
                            (None, (), (), "", ()),
                            (exit, ("builtins.bool",), ([],), 7, (("a", "b"),)),
                            None,
                            (None, ("builtins.Exception",), (), "x" * 10**7, ()),
                        ]
                    )
                    StudentRoom.describe = lambda self, error: next(kinds)
            """,
        },
    ),
    cheat(
        "room_requests_answered",
        "The student's kernel answers the coordinator's requests with fictions.",
        cells={
            "first": """
                kernel = type(get_ipython().kernel)


                async def room_request(self, stream, ident, parent):
                    reply = {"status": "ok", "verdict": 2.0, "outputs": [], "notes": 7}
                    self.session.send(stream, "room_reply", reply, parent, ident)


                kernel.room_request = room_request
                get_ipython().kernel.shell_handlers["room_request"] = (
                    lambda *args: room_request(get_ipython().kernel, *args)
                )
            """,
        },
    ),
)
