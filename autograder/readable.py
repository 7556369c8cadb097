"""Which paths a room reads: Python's environment and the system's libraries.

Never more: the course folder, home folders and /var are not among them. An editable
install points at a checkout, which may be the course folder; of it, only the packages
that can be imported are readable.
"""

import os
import site
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from autograder.policy import SandboxError

_SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
    *("/nix/store", "/gnu/store"),
    *("/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime"),
    *("/etc/timezone", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf"),
    *("/etc/mime.types", "/etc/magic", "/etc/ssl/openssl.cnf", "/etc/matplotlibrc"),
    *("/sys/devices/system/cpu", "/sys/devices/system/node"),
)
# Without a /proc of its own, a room reads these of everybody's; /proc/self is its own.
_PROC_FILES = (
    *("self", "cpuinfo", "meminfo", "stat", "loadavg", "uptime", "version"),
    *("filesystems", "sys/vm", "sys/kernel"),
)
PROC = tuple(f"/proc/{name}" for name in _PROC_FILES)
_DEVICE_NAMES = ("null", "zero", "full", "random", "urandom", "tty")
DEVICES = tuple(f"/dev/{name}" for name in _DEVICE_NAMES)


@cache
def environment(
    extra: tuple[str, ...] = (), secret: tuple[str, ...] = ()
) -> tuple[Path, ...]:
    """Return the paths that exist, without those that lie in another one.

    Parameters
    ----------
    extra : tuple of str
        More paths to read.
    secret : tuple of str
        Paths that must not be readable.

    Raises
    ------
    SandboxError
        If a path would show a secret one, or every file there is.
    """
    wanted = {*map(Path, _SYSTEM), *_python(), *map(Path, extra)}
    paths = {Path(os.path.abspath(path)) for path in wanted if path.exists()}  # noqa: PTH100
    for path in sorted(paths):
        _check(path, secret)
    outer = (p for p in paths if paths.isdisjoint(p.parents) or p.is_symlink())
    return tuple(sorted(outer))


def _python() -> Iterator[Path]:
    yield from map(Path, {sys.prefix, sys.base_prefix, sys.exec_prefix})
    places = sysconfig.get_paths()
    folders = {places[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    sites = {places["purelib"], places["platlib"]}
    if site.ENABLE_USER_SITE:
        sites.add(site.getusersitepackages())
    yield from map(Path, folders | sites)
    for folder in map(Path, sites):
        for lines in folder.glob("*.pth") if folder.is_dir() else ():
            yield from _editable(folder, lines.read_text(errors="replace"))


def _editable(folder: Path, lines: str) -> Iterator[Path]:
    """Find what a .pth file makes importable, but not the folder it is in."""
    for line in filter(None, map(str.strip, lines.splitlines())):
        if line.startswith("import"):
            for word in line.replace(";", " ").replace(".", " ").split():
                mapping = getattr(sys.modules.get(word), "MAPPING", {})  # setuptools'
                yield from map(Path, mapping.values())
        elif not line.startswith("#") and (folder / line).is_dir():
            for entry in (folder / line).iterdir():
                if entry.suffix == ".py" or (entry / "__init__.py").exists():
                    yield entry


def _check(path: Path, secret: tuple[str, ...]) -> None:
    for hidden in (*secret, Path.home()):
        if Path(hidden).resolve().is_relative_to(path.resolve()):
            raise SandboxError(
                f"sandbox: rooms read {path}, and {hidden}, which they must not see, "
                "lies in it; move one of them"
            )
