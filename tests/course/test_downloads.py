"""Data sets come from a folder, the cache, or mirrors that may fail in any way."""

import gzip
import hashlib
import io
import os
import socket
import subprocess
import sys
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from course import downloads

OWN_DATA = os.environ.get("COURSE_DATA", "")
IMAGES = downloads.IDX[0]  # the file that most tests break


class Mirror(BaseHTTPRequestHandler):
    """Serve files in the manner that the first part of the path names."""

    def do_GET(self):  # noqa: N802, the name that http.server calls
        """Answer, or break down half way."""
        _, manner, name = self.path.split("/")
        data, asked = self.server.files[name], self.headers["Range"]
        self.server.log.append((manner, name, asked))
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        if manner == "absent":
            self.send_error(404)
            return
        if manner == "wrong":
            data = bytes(len(data))
        if manner == "whole":
            asked, start = None, 0
        if asked and (manner == "refusing" or start >= len(data)):
            self.send_error(416)
            return
        self.send_response(206 if asked else 200)
        if asked:
            first = 0 if manner == "confused" else start
            self.send_header(
                "Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}"
            )
        if manner == "labelled":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", len(data) - start)
        self.end_headers()
        if manner == "stalling":
            self.wfile.write(data[start : len(data) // 2])
            self.wfile.flush()
            self.server.stop.wait(20)
        elif manner in ("cutting", "wrong-cutting"):
            half = data[start : len(data) // 2]
            self.wfile.write(half if manner == "cutting" else bytes(len(half)))
        elif manner == "slow":
            for i in range(start, len(data), 2**15):
                self.wfile.write(data[i : i + 2**15])
                time.sleep(0.02)
        else:
            self.wfile.write(data[start:])

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def server():
    """A server on this computer; `log` holds the manner, file and range of requests."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as server:
        server.files, server.log, server.stop = {}, [], threading.Event()
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.stop.set()
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """The folder of the cache, which does not exist; no COURSE_DATA, no proxy."""
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "cnn-course"


def idx(array, magic=None):
    """Write an array of bytes as a gzipped IDX file."""
    magic = magic or bytes([0, 0, 8, array.ndim])
    lengths = np.array(array.shape, ">u4").tobytes()
    return gzip.compress(magic + lengths + array.tobytes(), 1, mtime=0)


def tar(members):
    """Pack bytes by name as a gzipped archive."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


@pytest.fixture(scope="module")
def digits():
    """Arrays like MNIST's, of noise: their files are as large as the arrays."""
    rng = np.random.default_rng(0)
    return (
        rng.integers(256, size=(400, 28, 28), dtype=np.uint8),
        rng.integers(10, size=400, dtype=np.uint8),
        rng.integers(256, size=(5, 28, 28), dtype=np.uint8),
        rng.integers(10, size=5, dtype=np.uint8),
    )


@pytest.fixture(scope="module")
def files(digits):
    """Files like MNIST's, by name."""
    return dict(zip(downloads.IDX, map(idx, digits), strict=True))


@pytest.fixture(scope="module")
def batches():
    """The members of an archive like CIFAR-10's: two records each."""
    rng = np.random.default_rng(1)
    return {name: rng.bytes(2 * downloads.RECORD) for name in downloads.BATCHES}


@pytest.fixture
def offer(server, monkeypatch):
    """Make a data set consist of given files at given mirrors."""

    def offer(name, files, *manners):
        server.files = files
        source = downloads.Source(
            downloads.SOURCES[name].folder,
            {file: hashlib.sha256(data).hexdigest() for file, data in files.items()},
            tuple(m if "://" in m else f"{server.url}/{m}/" for m in manners),
        )
        monkeypatch.setitem(downloads.SOURCES, name, source)

    return offer


@pytest.fixture
def own(tmp_path, monkeypatch, files, batches):
    """The user's folder: COURSE_DATA with good files of all data sets."""
    folder = tmp_path / "own"
    for name in ("mnist", "fashion-mnist"):
        (folder / name).mkdir(parents=True)
        for file, data in files.items():
            (folder / name / file).write_bytes(data)
    (folder / "cifar-10").mkdir()
    (folder / "cifar-10/cifar-10-binary.tar.gz").write_bytes(tar(batches))
    monkeypatch.setenv("COURSE_DATA", str(folder))
    return folder


def assert_same(expected, arrays):
    assert len(expected) == len(arrays)
    for old, new in zip(expected, arrays, strict=True):
        assert new.dtype == np.uint8 and new.flags.writeable and new.flags.c_contiguous
        np.testing.assert_array_equal(new, old)


def ranges(server, file=IMAGES):
    """List (manner, range) of the requests for a file."""
    return [(manner, asked) for manner, name, asked in server.log if name == file]


# From the network


def test_a_download_happens_once(offer, server, digits, files, cache, capfd):
    """
    The second call finds the files in the cache; the first one shows its progress.
    """
    offer("mnist", files, "good")

    assert not downloads.available("mnist")
    assert not cache.exists()
    assert_same(digits, downloads.mnist())
    assert 4 == len(server.log)
    assert IMAGES in "".join(capfd.readouterr())  # where, is tqdm's own choice
    assert downloads.available("mnist")
    assert_same(digits, downloads.mnist())
    assert 4 == len(server.log)
    assert not list(cache.rglob("*.part"))


@pytest.mark.parametrize("manner", ["wrong", "absent", "cutting", "wrong-cutting"])
def test_the_next_mirror_is_tried(offer, digits, files, manner):
    """
    After wrong bytes, no file, a lost connection, or half a file of wrong bytes.
    """
    offer("mnist", files, manner, "good")

    assert_same(digits, downloads.mnist())


def test_a_cut_download_goes_on_at_the_next_call(offer, server, digits, files, cache):
    """
    The second call asks for the rest only; its mirror may be another one.
    """
    offer("mnist", files, "cutting")
    with pytest.raises(
        downloads.DownloadError, match="the connection broke after [1-9]"
    ):
        downloads.mnist()
    done = (cache / "mnist" / f"{IMAGES}.part").stat().st_size
    offer("mnist", files, "good")

    assert_same(digits, downloads.mnist())

    assert done > 2**16
    assert [("cutting", None), ("good", f"bytes={done}-")] == ranges(server)


@pytest.mark.parametrize("manner", ["whole", "refusing", "confused", "good"])
@pytest.mark.parametrize("size", [1000, 10**7], ids=["short", "long"])
def test_a_part_of_unknown_origin(offer, digits, files, cache, manner, size):
    """
    It is not trusted, and no mirror's way to answer a Range breaks the download: all
    of the file, status 416, another range.
    """
    part = cache / "mnist" / f"{IMAGES}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(size))
    offer("mnist", files, manner, "good")

    assert_same(digits, downloads.mnist())
    assert not part.exists()


def test_a_whole_part_is_not_loaded_again(offer, server, digits, files, cache):
    """
    A process that died after the last byte left it: the server says 416.
    """
    part = cache / "mnist" / f"{IMAGES}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(files[IMAGES])
    offer("mnist", files, "good")

    assert_same(digits, downloads.mnist())
    assert [("good", f"bytes={len(files[IMAGES])}-")] == ranges(server)


def test_bytes_are_kept_as_they_are_sent(offer, digits, files):
    """
    A server may label a .gz file as an encoding; it is not unpacked.
    """
    offer("mnist", files, "labelled")

    assert_same(digits, downloads.mnist())


def test_a_broken_file_in_the_cache_is_replaced(offer, digits, files, cache):
    """
    The cache is checked by hash at each call; what fails is deleted.
    """
    offer("mnist", files, "good")
    downloads.mnist()
    (cache / "mnist" / IMAGES).write_bytes(b"broken")
    offer("mnist", files, "absent")
    with pytest.raises(downloads.DownloadError):
        downloads.mnist()

    assert not downloads.available("mnist")
    offer("mnist", files, "good")
    assert_same(digits, downloads.mnist())


def test_no_mirror_works(offer, cache, files):
    """
    One error says what was tried, why it failed, and what to do.
    """
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    offer("mnist", files, dead, "absent", "wrong")

    with pytest.raises(downloads.DownloadError) as caught:
        downloads.mnist()

    message = str(caught.value)
    assert message.startswith(f"mnist: {IMAGES} is not on this computer")
    assert f"\n    {dead}: Connection refused\n" in message
    assert "/absent/: HTTP 404 Not Found\n" in message
    assert "/wrong/: wrong bytes (by their sha256)\n" in message
    assert "COURSE_DATA (now: not set) to a folder that holds these files:" in message
    assert message.endswith("    mnist/t10k-labels-idx1-ubyte.gz")
    assert [] == [p for p in cache.rglob("*") if p.is_file() and p.suffix != ".lock"]


def test_a_cache_that_cannot_be_written(offer, cache, files):
    """
    The same error names the folder.
    """
    cache.parent.mkdir()
    cache.write_bytes(b"a file where a folder should be")
    offer("mnist", files, "good")

    with pytest.raises(
        downloads.DownloadError, match=f"{cache}/mnist: Not a directory"
    ):
        downloads.mnist()


SCRIPT = """
import sys
from course import downloads

mirror, *pairs = sys.argv[1:]
files = dict(pair.split("=") for pair in pairs)
downloads.SOURCES["mnist"] = downloads.Source("mnist", files, (mirror,))
print(downloads.mnist()[0].shape)
"""


@pytest.fixture
def process(server, files):
    """Start a process that loads MNIST from a mirror."""
    processes = []

    def start(manner):
        pairs = [f"{f}={hashlib.sha256(d).hexdigest()}" for f, d in files.items()]
        server.files = files
        processes.append(
            subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    SCRIPT,
                    f"{server.url}/{manner}/",
                    *pairs,
                ],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        )
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_two_processes_at_once(process, server):
    """
    Both get the data, and each file is loaded once.
    """
    both = [process("slow"), process("slow")]

    assert ["(400, 28, 28)\n"] * 2 == [one.communicate(timeout=30)[0] for one in both]
    assert sorted(downloads.IDX) == sorted(name for _, name, _ in server.log)


def test_a_killed_process_leaves_a_part_to_go_on_with(
    process, offer, server, digits, files, cache
):
    """
    Its lock dies with it.
    """
    part, killed = cache / "mnist" / f"{IMAGES}.part", process("stalling")
    end = time.monotonic() + 20
    while not (part.exists() and part.stat().st_size):
        assert time.monotonic() < end
        time.sleep(0.02)
    killed.kill()
    killed.wait()
    done = part.stat().st_size
    offer("mnist", files, "good")

    assert_same(digits, downloads.mnist())
    assert ("good", f"bytes={done}-") == ranges(server)[-1]


# From the user's folder


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_own_files_are_read_whatever_their_hash(own, server, digits, name):
    """
    A recompressed copy is as good as the original; the network is not asked.
    """
    assert downloads.available(name)
    assert_same(digits, getattr(downloads, name)())
    assert [] == server.log


def test_course_data_may_name_the_data_sets_own_folder(own, monkeypatch, digits):
    """
    The folder's name tells MNIST from Fashion-MNIST, whose files are called the same.
    """
    monkeypatch.setenv("COURSE_DATA", str(own / "mnist"))

    assert_same(digits, downloads.mnist())
    assert not downloads.available("fashion_mnist")


def test_a_folder_without_the_data_set_is_no_error(own, offer, digits, files, server):
    """
    Someone may keep only one set there; the other is downloaded.
    """
    (own / "mnist").rename(own / "other")
    offer("mnist", files, "good")

    assert not downloads.available("mnist")
    assert_same(digits, downloads.mnist())
    assert 4 == len(server.log)


def test_a_missing_folder_is_an_error(own, monkeypatch):
    """
    A slip in COURSE_DATA starts no download.
    """
    monkeypatch.setenv("COURSE_DATA", str(own / "slip"))

    assert not downloads.available("mnist")
    with pytest.raises(downloads.DataFileError, match=r"own/slip.* no such folder"):
        downloads.mnist()


def test_a_missing_file_is_an_error(own, offer, server, files):
    """
    The network is not asked in its stead.
    """
    (own / "mnist" / IMAGES).unlink()
    offer("mnist", files, "good")

    assert not downloads.available("mnist")
    with pytest.raises(downloads.DataFileError, match=f"own/mnist lacks {IMAGES}; add"):
        downloads.mnist()
    assert [] == server.log


def few(shape):
    return np.zeros(shape, np.uint8)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "starts with 00000803, this one with nothing"),
        (b"<html>404</html>", r"Not a gzipped file \(b'<h'\)"),
        (idx(few((400, 28, 28)))[:-20], "Compressed file ended"),
        (idx(few((4, 28, 28)))[:10] + b"\xff" * 99, "Error -3"),
        (idx(few(400)), "starts with 00000803, this one with 00000801"),
        (idx(few((4, 28, 28)), b"\0\0\x0d\x03"), "this one with 00000d03"),
        (gzip.compress(b"\0\0\x08\x03\0\0"), "buffer is smaller"),
        (
            idx(few((400, 32, 32))),
            r"wanted shape \(N, 28, 28\), got \(400, 32, 32\) and 409600 bytes",
        ),
        (gzip.compress(gzip.decompress(idx(few((4, 28, 28))))[:-1]), "and 3135 bytes"),
        (idx(few((399, 28, 28))), f"400 labels, but {IMAGES} has 399 images"),
    ],
    ids="empty html truncated damaged labels floats header size short count".split(),
)
def test_a_broken_file_is_an_error(own, offer, server, files, data, reason):
    """
    It names the file, what was wanted and what came; the network is not asked.
    """
    (own / "mnist" / IMAGES).write_bytes(data)
    offer("mnist", files, "good")

    with pytest.raises(downloads.DataFileError, match=reason) as caught:
        downloads.mnist()

    assert str(caught.value).startswith(f"mnist: cannot use {own / 'mnist'}/train-")
    assert str(caught.value).endswith("unset COURSE_DATA and mnist() will download it")
    assert [] == server.log


# CIFAR-10


def test_cifar10_is_read_from_its_archive(own, batches, offer, monkeypatch):
    """
    From the user's folder or from a mirror; batches may come in any order.
    """
    records = {k: np.frombuffer(b, np.uint8).reshape(2, -1) for k, b in batches.items()}
    train = np.concatenate([records[f"data_batch_{i}.bin"] for i in range(1, 6)])
    test = records["test_batch.bin"]
    expected = (
        train[:, 1:].reshape(10, 3, 32, 32),
        train[:, 0],
        test[:, 1:].reshape(2, 3, 32, 32),
        test[:, 0],
    )

    assert_same(expected, downloads.cifar10())
    monkeypatch.delenv("COURSE_DATA")
    archive = tar({"readme.html": b"hello"} | dict(reversed(batches.items())))
    offer("cifar10", {"cifar-10-binary.tar.gz": archive}, "cutting", "good")
    assert_same(expected, downloads.cifar10())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"test_batch.bin": b"0" * 3072}, "records of 3073 bytes, but has 3072"),
        ({"data_batch_2.bin": b""}, "data_batch_2.bin .* has 0 bytes"),
        ({"data_batch_3.bin": None}, "the archive lacks data_batch_3.bin"),
    ],
    ids=["size", "empty", "missing"],
)
def test_an_archive_without_all_batches_is_refused(own, batches, change, reason):
    """
    The error names the batch.
    """
    path = own / "cifar-10/cifar-10-binary.tar.gz"
    changed = {k: v for k, v in (batches | change).items() if v is not None}
    path.write_bytes(tar(changed))

    with pytest.raises(downloads.DataFileError, match=reason):
        downloads.cifar10()


@pytest.mark.parametrize("data", [b"", b"no archive", 20_000], ids=str)
def test_what_is_no_archive_is_refused(own, data):
    """
    Nothing, something else, and half an archive.
    """
    path = own / "cifar-10/cifar-10-binary.tar.gz"
    path.write_bytes(path.read_bytes()[:data] if isinstance(data, int) else data)

    with pytest.raises(downloads.DataFileError, match=f"cifar10: cannot use {path}: ."):
        downloads.cifar10()


# The module


def test_an_unknown_data_set_is_refused():
    """
    The error lists those that there are.
    """
    with pytest.raises(ValueError, match="'svhn'; choose one of mnist, fashion_mnist,"):
        downloads.available("svhn")


def test_pooch_is_missing(monkeypatch):
    """
    Whoever downloads is told what to install; with own files nobody needs it.
    """
    monkeypatch.undo()
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setitem(sys.modules, "pooch", None)

    assert not downloads.available("mnist")
    with pytest.raises(
        downloads.DownloadError, match="run `pip install pooch`, or set"
    ):
        downloads.mnist()


def test_importing_is_cheap():
    """
    Packages that only downloads need are imported by a download.
    """
    code = (
        "import sys, course.downloads;"
        "sys.exit(bool({'pooch', 'requests', 'tqdm', 'filelock'} & set(sys.modules)))"
    )

    assert 0 == subprocess.run([sys.executable, "-c", code]).returncode


def test_the_table_is_well_formed():
    """
    Hashes are sha256, mirrors end in a slash, and folders differ.
    """
    sources = downloads.SOURCES.values()

    assert len(sources) == len({source.folder for source in sources})
    for source in sources:
        assert all(len(bytes.fromhex(sha256)) == 32 for sha256 in source.files.values())
        assert all(mirror.endswith("/") for mirror in source.mirrors)


def test_the_real_mnist(monkeypatch):
    """
    Where COURSE_DATA holds it: shapes, and digits as frequent as LeCun says.
    """
    monkeypatch.setenv("COURSE_DATA", OWN_DATA)
    if not (OWN_DATA and Path(OWN_DATA).is_dir() and downloads.available("mnist")):
        pytest.skip("COURSE_DATA does not hold MNIST")

    train_images, train_labels, test_images, test_labels = downloads.mnist()

    assert (60000, 28, 28) == train_images.shape
    assert (10000, 28, 28) == test_images.shape
    assert [5923, 6742, 5958, 6131, 5842] == np.bincount(train_labels).tolist()[:5]
    assert [980, 1135, 1032, 1010, 982] == np.bincount(test_labels).tolist()[:5]
