"""Download files that are too large to ship: mirrors, checksums, and going on later."""

import math
import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """Where a data set comes from."""

    folder: str  # in COURSE_DATA and in the cache
    files: dict  # name of a file: its sha256
    mirrors: tuple  # addresses but for the name of the file, tried in this order


class DownloadError(OSError):
    """A data set is not on this computer, and could not be downloaded."""


def cache_folder(name, source):
    """Return the folder that a data set is downloaded to; it may not exist."""
    missing = [m for m in ("pooch", "tqdm", "filelock") if find_spec(m) is None]
    if missing:
        raise DownloadError(
            f"{name}: a download needs {', '.join(missing)}; run `pip install "
            f"{' '.join(missing)}`, or set COURSE_DATA to a folder that holds the "
            f"folder {source.folder}"
        )
    import pooch

    return Path(pooch.os_cache("cnn-course"), source.folder)


def fetch(name, source, file):
    """Return the path of a file in the cache; download it if it is not there.

    Parameters
    ----------
    name : str
        The function that loads the data set, for messages.
    source : Source
        Where it comes from.
    file : str
        One of its files.

    Raises
    ------
    DownloadError
        If no mirror has it; the message says why, and what to do.
    """
    path, sha256 = cache_folder(name, source) / file, source.files[file]
    import filelock
    import pooch
    import urllib3

    def is_intact():
        return path.is_file() and pooch.file_hash(path) == sha256

    part, tried, mirrors = path.with_name(f"{file}.part"), [], [*source.mirrors]
    try:
        if is_intact():
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        # One process at a time; the system drops the lock of one that dies.
        with filelock.FileLock(f"{path}.lock"):
            if not is_intact():
                path.unlink(missing_ok=True)
            while mirrors:
                mirror, resumed = mirrors.pop(0), part.exists()
                try:
                    pooch.retrieve(
                        mirror + file,
                        known_hash=sha256,
                        fname=file,
                        path=path.parent,
                        downloader=lambda url, target, _: _resume(url, part, target),
                    )
                    return path
                except (OSError, urllib3.exceptions.HTTPError) as error:
                    tried.append(f"{mirror}: {_reason(error)}")
                except ValueError:  # from pooch, which has deleted the file
                    part.unlink(missing_ok=True)
                    tried.append(f"{mirror}: wrong bytes (by their sha256)")
                    if resumed:  # maybe another mirror's bytes: once more, from 0
                        mirrors.insert(0, mirror)
    except OSError as error:
        tried.append(f"{path.parent}: {_reason(error)}")
    folder, indent = source.folder, "\n    "
    now = os.environ.get("COURSE_DATA") or "not set"
    raise DownloadError(
        f"{name}: {file} is not on this computer, and could not be downloaded:"
        f"{indent}{indent.join(tried)}\n"
        f"Call {name}() again later, and it goes on where it stopped. To do without "
        f"the network, set the environment variable COURSE_DATA (now: {now}) to a "
        f"folder that holds these files:"
        f"{indent}{indent.join(f'{folder}/{file}' for file in source.files)}"
    )


def _resume(url, part, target):
    """Download what a part lacks, show a bar, and move the whole to a target."""
    import requests
    import urllib3
    from tqdm.auto import tqdm

    done = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"}
    if done:
        headers["Range"] = f"bytes={done}-"
    with requests.get(url, headers=headers, stream=True, timeout=(10, 30)) as answer:
        status = answer.status_code
        if status == 416 and done:  # nothing is left; if that is wrong, the hash tells
            part.replace(target)
            return
        if status == 200:
            done = 0  # everything, whether or not we asked for the rest only
        elif status != 206:
            raise OSError(f"HTTP {status} {answer.reason}")
        elif not answer.headers.get("Content-Range", "").startswith(f"bytes {done}-"):
            raise OSError("sent another range than it was asked for")
        size = done + int(answer.headers.get("Content-Length", 0))
        bar = tqdm(
            desc=part.stem, initial=done, total=size or None, unit="B", unit_scale=True
        )
        with bar, part.open("ab" if done else "wb") as file:
            # Not iter_content: it would unpack a .gz that is labelled as encoded.
            try:
                for piece in answer.raw.stream(2**16, decode_content=False):
                    file.write(piece)
                    bar.update(len(piece))
            except urllib3.exceptions.ProtocolError:
                size = math.inf
    if part.stat().st_size < size:  # some versions of urllib3 raise nothing
        raise OSError(f"the connection broke after {part.stat().st_size} bytes")
    part.replace(target)


def _reason(error):
    """Say in a few words why a request failed; the innermost error knows."""
    while inner := error.__cause__ or next(
        (arg for arg in error.args if isinstance(arg, Exception)), None
    ):
        error = inner
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
