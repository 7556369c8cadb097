"""Well-known data sets, too large to ship: from a folder, the cache or the network."""

import gzip
import math
import os
import tarfile
import zlib
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import numpy as np

from course.fetching import DownloadError, Source, cache_folder, fetch

__all__ = [
    "DataFileError",
    "DownloadError",
    "available",
    "cifar10",
    "fashion_mnist",
    "mnist",
]

IDX = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")
IDX += ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
SOURCES = {
    "mnist": Source(
        "mnist",
        {
            IDX[0]: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            IDX[1]: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            IDX[2]: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            IDX[3]: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        },
        (
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
        ),
    ),
    "fashion_mnist": Source(
        "fashion-mnist",
        {
            IDX[0]: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            IDX[1]: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            IDX[2]: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            IDX[3]: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        },
        (
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
        ),
    ),
    "cifar10": Source(
        "cifar-10",
        {
            "cifar-10-binary.tar.gz": (
                "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
            )
        },
        (
            "https://www.cs.toronto.edu/~kriz/",
            "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
            "https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets/",
        ),
    ),
}

# Members of CIFAR-10's archive; a record is a byte of label, then red, green and blue.
BATCHES = (*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin")
RECORD = 1 + 3 * 32 * 32


class DataFileError(OSError):
    """A file of a data set is missing from the user's folder, or broken."""


def available(name):
    """Tell whether a data set is on this computer; load and download nothing.

    Parameters
    ----------
    name : str
        The function that loads it: mnist, fashion_mnist or cifar10.

    Returns
    -------
    bool
        Whether all files are in the folder that the function would read. They are not
        opened.

    Raises
    ------
    ValueError
        If there is no such data set.

    Examples
    --------
    >>> if available("mnist"):
    ...     train_images, train_labels, test_images, test_labels = mnist()
    """
    if name not in SOURCES:
        raise ValueError(
            f"available: no data set called {name!r}; choose one of "
            f"{', '.join(SOURCES)}"
        )
    try:
        folder = _own_folder(name) or cache_folder(name, SOURCES[name])
        return all((folder / file).is_file() for file in SOURCES[name].files)
    except OSError:
        return False


def mnist():
    """Load 70,000 handwritten digits; the first call may download 12 MB.

    If there is a folder ``$COURSE_DATA/mnist``, it holds the four files under their
    original names. Otherwise they are downloaded once, into a cache.

    Returns
    -------
    train_images, train_labels, test_images, test_labels : ndarrays, uint8
        Images (60000, 28, 28) and (10000, 28, 28), intensities 0 (paper) to 255 (ink);
        labels (60000,) and (10000,), the digit that was written.

    Raises
    ------
    DownloadError
        If the files are not on this computer and no mirror has them; an OSError.
    DataFileError
        If a file in the user's folder is missing or broken; an OSError.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document
    recognition", 1998. Copyright LeCun and Cortes, CC BY-SA 3.0.

    Examples
    --------
    >>> if available("mnist"):
    ...     train_images, train_labels, test_images, test_labels = mnist()
    ...     assert train_images.shape == (len(train_labels), 28, 28)
    """
    return _load_idx("mnist")


def fashion_mnist():
    """Load 70,000 pictures of clothes; the first call may download 31 MB.

    Works as `mnist`, with the folder ``$COURSE_DATA/fashion-mnist``.

    Returns
    -------
    train_images, train_labels, test_images, test_labels : ndarrays, uint8
        Images (60000, 28, 28) and (10000, 28, 28), intensities 0 (ground) to 255;
        labels (60000,) and (10000,): T-shirt, trousers, pullover, dress, coat, sandal,
        shirt, sneaker, bag, ankle boot.

    Raises
    ------
    DownloadError, DataFileError
        As `mnist` does.

    References
    ----------
    Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking
    machine learning algorithms", 2017. MIT licence, Zalando SE.

    Examples
    --------
    >>> if available("fashion_mnist"):
    ...     train_images, train_labels, test_images, test_labels = fashion_mnist()
    ...     assert test_images.shape == (len(test_labels), 28, 28)
    """
    return _load_idx("fashion_mnist")


def cifar10():
    """Load 60,000 small colour photos; the first call may download 170 MB.

    Works as `mnist`, with the folder ``$COURSE_DATA/cifar-10`` and the archive of the
    binary version in it.

    Returns
    -------
    train_images, train_labels, test_images, test_labels : ndarrays, uint8
        Images (50000, 3, 32, 32) and (10000, 3, 32, 32), intensities of red, green and
        blue, 0 to 255; labels (50000,) and (10000,): airplane, automobile, bird, cat,
        deer, dog, frog, horse, ship, truck.

    Raises
    ------
    DownloadError, DataFileError
        As `mnist` does.

    References
    ----------
    Krizhevsky, "Learning multiple layers of features from tiny images", 2009. It comes
    without a licence; its author asks for this citation.

    Examples
    --------
    >>> if available("cifar10"):
    ...     train_images, train_labels, test_images, test_labels = cifar10()
    ...     assert train_images.shape == (len(train_labels), 3, 32, 32)
    """
    (path,) = _find("cifar10")
    with _reading("cifar10", path):
        batches = _read_batches(path)
    arrays = []
    for names in (BATCHES[:-1], BATCHES[-1:]):
        images = np.concatenate([batches[name][:, 1:] for name in names])
        labels = np.concatenate([batches[name][:, 0] for name in names])
        arrays += images.reshape(-1, 3, 32, 32), labels
    return tuple(arrays)


def _load_idx(name):
    """Load images and labels to train with, then to test with."""
    arrays, paths = [], _find(name)
    for images_path, labels_path in (paths[:2], paths[2:]):
        with _reading(name, images_path):
            images = _read_idx(images_path, (28, 28))
        with _reading(name, labels_path):
            labels = _read_idx(labels_path, ())
            if len(labels) != len(images):
                raise ValueError(
                    f"it has {len(labels)} labels, but {images_path.name} has "
                    f"{len(images)} images"
                )
        arrays += images, labels
    return tuple(arrays)


def _read_idx(path, shape):
    """Read an IDX file: a magic number, the lengths of the axes, the bytes."""
    with gzip.open(path) as file:
        data = file.read()
    ndim = 1 + len(shape)
    if data[:4] != bytes([0, 0, 8, ndim]):
        raise ValueError(
            f"an IDX file of bytes with {ndim} axes starts with 000008{ndim:02}, "
            f"this one with {data[:4].hex() or 'nothing'}"
        )
    found = tuple(np.frombuffer(data, ">u4", ndim, 4).tolist())
    body = len(data) - 4 - 4 * ndim
    if found[1:] != shape or body != math.prod(found):
        wanted = ", ".join(map(str, ("N", *shape)))
        raise ValueError(f"wanted shape ({wanted}), got {found} and {body} bytes")
    return np.frombuffer(data, np.uint8, offset=len(data) - body).reshape(found).copy()


def _read_batches(path):
    """Read the records of each batch of CIFAR-10, in one pass through the archive."""
    batches = {}
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            name = PurePosixPath(member.name).name
            if name in BATCHES and member.isfile():
                if member.size % RECORD or not member.size:
                    raise ValueError(
                        f"{name} should have records of {RECORD} bytes, but has "
                        f"{member.size} bytes"
                    )
                data = archive.extractfile(member).read()
                batches[name] = np.frombuffer(data, np.uint8).reshape(-1, RECORD)
    missing = [name for name in BATCHES if name not in batches]
    if missing:
        raise ValueError(f"the archive lacks {', '.join(missing)}")
    return batches


@contextmanager
def _reading(name, path):
    """Turn whatever goes wrong in reading a file into one error that names it."""
    try:
        yield
    except (OSError, EOFError, ValueError, zlib.error, tarfile.TarError) as error:
        raise DataFileError(
            f"{name}: cannot use {path}: {error}; replace it, or unset COURSE_DATA "
            f"and {name}() will download it"
        ) from error


def _find(name):
    """Return the paths of a data set's files; download them if need be."""
    files = SOURCES[name].files
    folder = _own_folder(name)
    if folder is None:
        return [fetch(name, SOURCES[name], file) for file in files]
    missing = [file for file in files if not (folder / file).is_file()]
    if missing:
        raise DataFileError(
            f"{name}: {folder} lacks {', '.join(missing)}; add what is missing, or "
            f"unset COURSE_DATA and {name}() will download it"
        )
    return [folder / file for file in files]


def _own_folder(name):
    """Return the user's folder with a data set; None if there is none."""
    if not os.environ.get("COURSE_DATA"):
        return None
    base, folder = Path(os.environ["COURSE_DATA"]), SOURCES[name].folder
    if not base.is_dir():
        raise DataFileError(
            f"{name}: COURSE_DATA is {base}, but there is no such folder; set it to "
            f"the folder that holds the folder {folder}, or unset it"
        )
    # MNIST and Fashion-MNIST call their files the same: only the folder tells which.
    own = base if base.name == folder else base / folder
    return own if own.exists() else None
