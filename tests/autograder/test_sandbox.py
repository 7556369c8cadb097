"""What rooms reach on machines of all kinds, and what works in them."""

import json
from functools import cache

import machines
import pytest
from machines import FULL, KINDS, OLD_KERNEL, Room

# Runs outside, as the user who grades: a secret, a victim, listeners of all kinds.
BEFORE = """
import os, signal, socket, tempfile
from pathlib import Path
place = Path(tempfile.mkdtemp(prefix="outside-"))
place.chmod(0o777)
(place / "secret.txt").write_text("answers")
(place / "secret.txt").chmod(0o666)
library = Path(tempfile.mkdtemp(prefix="library-"))
library.chmod(0o755)
(library / "package.py").write_text("x = 1")
(library / "package.py").chmod(0o666)
os.environ |= {"PLACE": str(place), "LIBRARY": str(library)}
victim = os.fork()
if victim == 0:
    signal.pause()
os.environ["VICTIM"] = str(victim)
def listen(family, address, kind=socket.SOCK_STREAM):
    listener = socket.socket(family, kind)
    listener.bind(address)
    if kind == socket.SOCK_STREAM:
        listener.listen()
    os.set_inheritable(listener.fileno(), True)
    return listener
kept = [listen(socket.AF_UNIX, f"{place}/stream")]
kept.append(listen(socket.AF_UNIX, f"\\0{place}"))
kept.append(listen(socket.AF_UNIX, f"{place}/datagram", socket.SOCK_DGRAM))
kept.append(listen(socket.AF_INET, ("127.0.0.1", 0)))
for name in ("stream", "datagram"):
    (place / name).chmod(0o777)
os.environ["PORT"] = str(kept[-1].getsockname()[1])
for listener in kept:
    listener.detach()
"""

# Runs there again, when all has been tried.
AFTER = """
import os, shutil
from pathlib import Path
place, library = Path(os.environ["PLACE"]), Path(os.environ["LIBRARY"])
package = library / "package.py"
print(sorted(os.listdir(place)), package.read_text(), oct(package.stat().st_mode))
print(Path(f"/proc/{os.environ['VICTIM']}/stat").read_text().split()[2])
os.kill(int(os.environ["VICTIM"]), 9)
shutil.rmtree(place)
shutil.rmtree(library)
"""

PROBE = """
import ctypes, errno, fcntl, json, os, resource, shutil, signal, socket, subprocess, sys
from pathlib import Path
place, library = Path(os.environ["PLACE"]), Path(os.environ["LIBRARY"])
victim = int(os.environ["VICTIM"])
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    if getattr(libc, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
def syscall(x86, arm, *arguments):
    call("syscall", ctypes.c_long(arm if os.uname().machine == "aarch64" else x86),
         *map(ctypes.c_long, arguments))
def attempt(code):
    try:
        value = eval(code)
    except OSError as error:
        return errno.errorcode[error.errno]
    except Exception as error:
        return type(error).__name__
    return f"done: {value}"[:300]
def unix(path, kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_UNIX, kind) as s:
        s.connect(path)
def datagram():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.sendto(b"x", str(place / "datagram"))
def pidfd_kill():
    signal.pidfd_send_signal(os.pidfd_open(victim), signal.SIGKILL)
def clone_user_namespace():
    syscall(56, 220, 0x10000000 | 17, 0, 0, 0, 0)
def become_root():
    try:
        os.setuid(0)
    except OSError:  # EINVAL where the user namespace has no root
        raise PermissionError(errno.EPERM, "not root") from None
print(json.dumps({name: attempt(code) for name, code in json.loads(PROBES).items()}))
"""

ABSENT, DENIED = "ENOENT", "EACCES"
# What is tried; the outcome with namespaces; the outcome without.
ATTACKS = {
    "keep what was open": (
        'sorted(map(int, os.listdir("/proc/self/fd")))[:-1]',
        "done: [0, 1, 2]",
        "done: [0, 1, 2]",
    ),
    "read a file": ('(place / "secret.txt").read_text()', ABSENT, DENIED),
    "list a folder": ("os.listdir(place)", ABSENT, DENIED),
    "read the passwords": ('open("/etc/shadow")', ABSENT, DENIED),
    "list the home of root": ('os.listdir("/home")', ABSENT, DENIED),
    "read another's variables": ('open(f"/proc/{victim}/environ")', ABSENT, DENIED),
    "open another's memory": ('open(f"/proc/{victim}/mem", "r+b")', ABSENT, DENIED),
    "list the test room": ('os.listdir(box.private("test"))', ABSENT, DENIED),
    "list the test room's tmp": (
        'os.listdir(box.tmp("test"))',
        ABSENT,
        DENIED,
    ),
    "write elsewhere": ('(place / "new.txt").write_text("x")', ABSENT, DENIED),
    "write to shared memory elsewhere": (
        'open("/dev/shm/x", "w").close()',
        "done: None",
        DENIED,
    ),
    "write beside Python": ('open(sys.prefix + "/x", "w")', "EROFS", DENIED),
    "empty a readable file": (
        'os.open(library / "package.py", os.O_RDONLY | os.O_TRUNC)',
        "EROFS",
        DENIED,
    ),
    "truncate a readable file": (
        'os.truncate(library / "package.py", 0)',
        "EROFS",
        DENIED,
    ),
    "delete a file": ('os.unlink(place / "secret.txt")', ABSENT, DENIED),
    "move a file": ('os.rename(place / "secret.txt", "x")', ABSENT, DENIED),
    "link a file": ('os.link(place / "secret.txt", "x")', ABSENT, "EXDEV"),
    "use the internet": ("socket.socket()", "ENOTSUP", "ENOTSUP"),
    "use IPv6": ("socket.socket(socket.AF_INET6)", "ENOTSUP", "ENOTSUP"),
    "send UDP": (
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "ENOTSUP",
        "ENOTSUP",
    ),
    "ask netlink": ("socket.socket(16, 3)", "ENOTSUP", "ENOTSUP"),
    "talk to the host": ("socket.socket(40)", "ENOTSUP", "ENOTSUP"),
    "connect to a path": ('unix(str(place / "stream"))', ABSENT, DENIED),
    "connect to a name": ('unix(f"\\0{place}")', "ECONNREFUSED", DENIED),
    "send to a path": ("datagram()", ABSENT, "ENOTSUP"),
    "kill a process": ("os.kill(victim, 9)", "ESRCH", "EPERM"),
    "kill through a descriptor": ("pidfd_kill()", "ESRCH", "EPERM"),
    "limit a process": (
        "resource.prlimit(victim, resource.RLIMIT_CPU, (0, 0))",
        "ESRCH",
        "EPERM",
    ),
    "slow a process": ("os.setpriority(os.PRIO_PROCESS, victim, 19)", "ESRCH", "EPERM"),
    "bind a process": ("os.sched_setaffinity(victim, {0})", "ESRCH", "EPERM"),
    "attach to a process": ('call("ptrace", 16, victim, 0, 0)', "EPERM", "EPERM"),
    "trace oneself": ('call("ptrace", 0, 0, 0, 0)', "EPERM", "EPERM"),
    "read memory": (
        'call("process_vm_readv", victim, None, 0, None, 0, 0)',
        "EPERM",
        "EPERM",
    ),
    "make namespaces": ('call("unshare", 0x10000000)', "EPERM", "EPERM"),
    "clone into namespaces": ("clone_user_namespace()", "EPERM", "EPERM"),
    "mount": ('call("mount", b"none", b"/tmp", b"tmpfs", 0, None)', "EPERM", "EPERM"),
    "unmount": ('call("umount2", bytes(box.work), 2)', "EPERM", "EPERM"),
    "leave the root": ('os.chroot("/")', "EPERM", "EPERM"),
    "become root": ("become_root()", "EPERM", "EPERM"),
    "hide memory in a file": ('os.memfd_create("x")', "ENOSYS", "ENOSYS"),
    "hide memory in System V": ('call("shmget", 0, 4096, 0o1600)', "ENOSYS", "ENOSYS"),
    "hide memory in a queue": ("syscall(240, 180, 0, 0, 0, 0)", "ENOSYS", "ENOSYS"),
    "hide memory in a pipe": ("syscall(278, 75, 1, 0, 0, 0)", "ENOSYS", "ENOSYS"),
    "enlarge buffers": (
        "[s.setsockopt(1, 7, 1 << 24) or s.getsockopt(1, 7) < 1 << 20"
        " for s in socket.socketpair()]",
        "done: [True, True]",
        "done: [True, True]",
    ),
    "use io_uring": ("syscall(425, 425, 1, 0)", "ENOSYS", "ENOSYS"),
    "use bpf": ("syscall(321, 280, 0, 0, 0)", "ENOSYS", "ENOSYS"),
    "use userfaultfd": ("syscall(323, 282, 0)", "ENOSYS", "ENOSYS"),
    "use keys": ("syscall(250, 219, 0, 0, 0, 0, 0)", "ENOSYS", "ENOSYS"),
    "use a call of the future": ("syscall(4000, 4000)", "ENOSYS", "ENOSYS"),
    "type into a terminal": ('fcntl.ioctl(0, 0x5412, b"x")', "EPERM", "EPERM"),
    "raise a limit": (
        "resource.setrlimit(resource.RLIMIT_NPROC, (4096, 4096))",
        "ValueError",
        "ValueError",
    ),
}

DONE = "done: True"
# What honest code does; where it works without namespaces too.
HONEST = {
    "write a file": ('Path("a.txt").write_text("a") == 1', True),
    "copy a file": ('shutil.copy("a.txt", "b.txt") == "b.txt"', True),
    "rename a file": ('os.replace("b.txt", "c.txt") is None', True),
    "make a folder": ('os.makedirs("d/e") is None and os.listdir("d") == ["e"]', True),
    "use a temporary file": (
        'bool(__import__("tempfile").TemporaryFile(dir=box.tmp("student")).write(b"x"))',
        True,
    ),
    "draw random numbers": ('len(open("/dev/urandom", "rb").read(8)) == 8', True),
    "read zeros": ('open("/dev/zero", "rb").read(1) == b"\\0"', True),
    "write to nowhere": ('open("/dev/null", "w").write("x") == 1', True),
    "share memory": ('open("/dev/shm/y", "w").write("x") == 1', False),
    "run a command": (
        'subprocess.run(["/bin/sh", "-c", "exit 3"]).returncode == 3',
        True,
    ),
    "run Python": (
        'subprocess.run([sys.executable, "-c", "import json"]).returncode == 0',
        True,
    ),
    "see the processors": ("os.cpu_count() > 0", True),
    "start a thread": (
        '(t := __import__("threading").Thread(target=len, args=("",))).start()'
        " is None and t.join() is None",
        True,
    ),
    "end a child": (
        '(p := subprocess.Popen(["/bin/sleep", "9"])).terminate() is None'
        " and p.wait() == -15",
        True,
    ),
    "signal oneself": ("os.kill(os.getpid(), 0) is None", True),
    "open a terminal": ("len(os.openpty()) == 2", False),
    "pair sockets": ("len(socket.socketpair()) == 2", True),
    "import an editable package": ('bool(__import__("autograder.names"))', True),
    "import what is allowed": ('"x = 1" in (library / "package.py").read_text()', True),
}


@cache
def outcomes(kind):
    """Try everything in one room and see what it did outside."""
    probes = {name: row[0] for name, row in (ATTACKS | HONEST).items()}
    code = f"PROBES = {json.dumps(probes)!r}\n{PROBE}"
    room = Room(code, limits={"readable": ["$LIBRARY"]}, meanwhile=AFTER)
    (end,) = machines.run(kind, room, before=BEFORE)
    assert end.output.startswith("{"), end
    return json.loads(end.output.splitlines()[-1]), end


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_fails(kind, attack):
    """
    Every attack fails with the error that says which layer stopped it.
    """
    found, _ = outcomes(kind)

    assert ATTACKS[attack][1 if kind in FULL else 2] == found[attack]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("action", HONEST)
def test_honest_code_works(kind, action):
    """
    What honest code does works, with the exceptions that SECURITY.md names.
    """
    found, _ = outcomes(kind)
    expected = kind in FULL or HONEST[action][1]
    if kind == OLD_KERNEL and action == "end a child":
        expected = False

    assert expected == (found[action] == DONE), found[action]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_outside_changed(kind):
    """
    After all attacks the files and processes outside are what they were.
    """
    _, end = outcomes(kind)

    files = "['datagram', 'secret.txt', 'stream']"
    assert (f"{files} x = 1 0o100666\nS\n", []) == (end.meanwhile, end.left)


LESSON = """
import torch
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.arange(8.0).reshape(4, 2))
torch.nn.Conv2d(1, 2, 3)(torch.ones(1, 1, 8, 8)).sum().backward()
print([batch[0].sum().item() for batch in DataLoader(data, 2, num_workers=2)])
"""


def test_workers_load_data():
    """
    With namespaces, torch loads data in worker processes, in a room of usual size.
    """
    (end,) = machines.run(machines.USER, Room(LESSON))

    assert "[6.0, 22.0]\n" == end.output


SOCKET = """
import socket
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(str(box.private("student") / "shell"))
    listener.listen()
    print("listens", flush=True)
    listener.accept()[0].send(b"hello")
"""
CONNECT = """
import socket, time
with socket.socket(socket.AF_UNIX) as s:
    s.connect(str(box.private("student") / "shell"))
    print(s.recv(9))
"""


@pytest.mark.parametrize("kind", KINDS)
def test_sockets_of_a_room_are_reached_from_outside(kind):
    """
    The grader connects to sockets in the room's private folder.
    """
    (end,) = machines.run(kind, Room(SOCKET, meanwhile=CONNECT))

    assert "b'hello'\n" == end.meanwhile


SHARE = """
import os, sys, tempfile
from autograder import sandbox
from pathlib import Path
lesson = Path(tempfile.mkdtemp(prefix="lesson-"))
(lesson / "data").mkdir(parents=True)
(lesson / "data/x.csv").write_text("1,2")
(lesson / "link").symlink_to("/etc/shadow")
sandbox.fill(box.work_fd, lesson)
import shutil
shutil.rmtree(lesson)
policy = sandbox.Policy(tier=tier)
def test_room():
    Path("data/x.csv").write_text("3,4")
    Path("made").write_text("by the tests")
    os._exit(9 if list(Path(".").iterdir()) and not Path("link").exists() else 8)
pid, pidfd = sandbox.spawn(policy, box, "test", test_room)
os.waitid(os.P_PIDFD, pidfd, os.WEXITED | os.WNOWAIT)
print(sandbox.kill(pid, pidfd))
print(Path(f"/proc/self/fd/{box.work_fd}/data/x.csv").read_text())
"""
WAIT = """
import time
from pathlib import Path
print("waits", flush=True)
while not Path("made").exists():
    time.sleep(0.05)
time.sleep(0.2)
print(Path("made").read_text(), Path("data/x.csv").read_text())
Path("made").write_text("changed")
"""


@pytest.mark.parametrize("kind", KINDS)
def test_both_rooms_share_their_work(kind):
    """
    Files of the lesson and of one room can be read and changed in the other room.
    """
    (end,) = machines.run(kind, Room(WAIT, meanwhile=SHARE))

    assert "9\n3,4\n" == end.meanwhile
    assert "waits\nby the tests 3,4\n" == end.output
