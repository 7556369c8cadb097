"""What a command uses, with everything that it starts.

CPU seconds are those that the kernel hands on when a process is waited for, so the
meter becomes the one to whom orphans fall (PR_SET_CHILD_SUBREAPER), and waits until the
last is gone. A process that nobody waited for would be missing there. So the meter also
looks at all descendants twice a second, adds up what it saw, and takes the larger sum.
"""

import ctypes
import os
import resource
import select
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
TICKS = os.sysconf("SC_CLK_TCK")
LOOK = 0.5  # seconds between two looks at the descendants
PATIENCE = 5  # seconds that a daemon gets to end by itself


@dataclass
class Seen:
    """A process as last seen; sizes are the largest that were seen.

    Parameters
    ----------
    parent : int
        The parent's process id when first seen.
    command : str
        The command line.
    cpu : float
        Its own CPU seconds, without its children's.
    pss_mib, private_mib : float
        Its share of memory, and what no other process shares; measured on demand.
    """

    parent: int
    command: str
    cpu: float = 0.0
    pss_mib: float = 0.0
    private_mib: float = 0.0


@dataclass
class Usage:
    """What a command used.

    Parameters
    ----------
    wall : float
        Seconds until the commands had ended.
    cpu : float
        CPU seconds of all processes: the larger of the next two.
    cpu_waited, cpu_seen : float
        CPU seconds of processes that were waited for; sum over processes as last seen.
    elsewhere : float
        How many cores the rest of the machine kept busy meanwhile.
    status : int
        The first exit status that is not 0, else 0.
    left : tuple of str
        Command lines of what had to be killed after the commands had ended.
    processes : dict
        Every process that was seen, by (process id, start time).
    """

    wall: float
    cpu_waited: float
    cpu_seen: float
    elsewhere: float
    status: int
    left: tuple[str, ...]
    processes: dict[tuple[int, int], Seen] = field(repr=False)

    @property
    def cpu(self) -> float:
        """CPU seconds of all processes."""
        return max(self.cpu_waited, self.cpu_seen)


def measure(commands, cwd, env, log, memory=False, every=LOOK) -> Usage:
    """Run commands one after the other and count all that they start.

    Parameters
    ----------
    commands : list of list of str
        The commands.
    cwd : Path
        Where they run.
    env : dict of str to str
        Their environment.
    log : Path
        The file that receives their output.
    memory : bool
        Whether to look at the size of each process too; it costs CPU time.
    every : float
        Seconds between two looks.
    """
    _adopt_orphans()
    processes, status = {}, 0
    before, busy = _waited(), _machine_busy()
    start = time.perf_counter()
    with Path(log).open("ab") as output:
        for command in commands:
            child = subprocess.Popen(
                command, cwd=cwd, env=env, stdout=output, stderr=output
            )
            ended = os.pidfd_open(child.pid)
            while not select.select([ended], [], [], every)[0]:
                _look(processes, memory)
            os.close(ended)
            status = status or child.wait()
    wall = time.perf_counter() - start
    left = _wait_for_the_rest(processes)
    cpu = _waited() - before
    whole = time.perf_counter() - start
    elsewhere = max(0.0, (_machine_busy() - busy - cpu) / whole)
    seen = sum(process.cpu for process in processes.values())
    return Usage(wall, cpu, seen, elsewhere, status, left, processes)


def descendants(root: int) -> dict[tuple[int, int], tuple[int, float]]:
    """Return (parent, CPU seconds) of all that a process started, also indirectly.

    Keys are (process id, start time), since the system uses process ids again.
    """
    stats = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text()
            except OSError:
                continue  # it has just ended
            fields = text[text.rindex(")") + 2 :].split()
            cpu = (int(fields[11]) + int(fields[12])) / TICKS
            stats[int(folder.name)] = (int(fields[19]), int(fields[1]), cpu)
    inside = {root}
    found = {}
    while True:
        more = {p for p, (_, parent, _) in stats.items() if parent in inside} - inside
        if not more:
            return found
        inside |= more
        found |= {(p, stats[p][0]): stats[p][1:] for p in more}


def sizes(process: int) -> tuple[float, float]:
    """Return a process's share of memory and what it alone has, in MiB."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    kib = dict.fromkeys(("Pss", "Private_Clean", "Private_Dirty"), 0)
    for line in text.splitlines()[1:]:
        name, amount = line.split()[:2]
        if name[:-1] in kib:
            kib[name[:-1]] = int(amount)
    return kib["Pss"] / 1024, (kib["Private_Clean"] + kib["Private_Dirty"]) / 1024


def _look(processes, memory):
    for (process, started), (parent, cpu) in descendants(os.getpid()).items():
        try:
            line = Path(f"/proc/{process}/cmdline").read_bytes()
            seen = processes.setdefault((process, started), Seen(parent, ""))
            seen.cpu = max(seen.cpu, cpu)
            seen.command = line.replace(b"\0", b" ").decode().strip() or seen.command
            if memory:
                pss, private = sizes(process)
                seen.pss_mib = max(seen.pss_mib, pss)
                seen.private_mib = max(seen.private_mib, private)
        except (OSError, ProcessLookupError):
            continue  # it has just ended


def _wait_for_the_rest(processes):
    """Wait for orphans; kill those that stay, and return their command lines."""
    deadline = time.monotonic() + PATIENCE
    left = {}
    while True:
        _look(processes, memory=False)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return tuple(left.values())
        if time.monotonic() > deadline:
            for key in descendants(os.getpid()).keys() & processes.keys():
                left[key] = processes[key].command
                with suppress(ProcessLookupError):
                    os.kill(key[0], signal.SIGKILL)
        time.sleep(0.05)


def _adopt_orphans():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def _waited():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _machine_busy():
    """Return the CPU seconds that all of the machine's processes have used."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    user, nice, system = (int(amount) for amount in fields[:3])
    return (user + nice + system) / TICKS
