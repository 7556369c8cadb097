"""The data that ships is what the build script makes, and is licensed."""

import runpy
import subprocess
import sys

import numpy as np
import pytest

from course import data

FILES = sorted(p.relative_to(data.FOLDER) for p in data.FOLDER.rglob("*.npz"))


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """All data files, made again."""
    folder = tmp_path_factory.mktemp("data")
    runpy.run_path(str(data.FOLDER / "build.py"))["build"](folder)
    return folder


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_is_what_its_script_makes(path, rebuilt):
    """
    Arrays, not bytes: another zlib may pack the same numbers in another way.
    """
    with np.load(data.FOLDER / path) as old, np.load(rebuilt / path) as new:
        assert old.files == new.files
        for name in old.files:
            assert old[name].dtype == new[name].dtype == np.uint8
            np.testing.assert_array_equal(new[name], old[name])


def test_nothing_else_ships(rebuilt):
    """
    The script makes all files, and each has a licence.
    """
    licences = (data.FOLDER / "LICENCES.md").read_text()

    assert FILES == sorted(p.relative_to(rebuilt) for p in rebuilt.rglob("*.npz"))
    for path in FILES:
        assert f"`{path.as_posix()}`" in licences
        assert (data.FOLDER / path).stat().st_size < 400_000


def test_students_need_neither_scikit_image_nor_scikit_learn():
    """
    Loading data imports only NumPy.
    """
    code = (
        "import sys; from course import data; data.photo('cat'); data.textures(1, 1);"
        "sys.exit(any(n.startswith(('skimage', 'sklearn')) for n in sys.modules))"
    )

    assert 0 == subprocess.run([sys.executable, "-c", code]).returncode


def test_an_unknown_photo_is_refused():
    """
    The error lists the photos that there are.
    """
    with pytest.raises(ValueError, match="'dog'; choose one of brick, camera, cat"):
        data.photo("dog")


def test_textures_are_standardised_balanced_and_repeatable():
    """
    The same seed gives the same patches; no patch says its class by its brightness.
    """
    images, labels, _, _ = data.textures(12, 3, seed=5)
    again, _, _, _ = data.textures(12, 3, seed=5)
    other, _, _, _ = data.textures(12, 3, seed=6)

    np.testing.assert_array_equal(images, again)
    assert not np.array_equal(images, other)
    np.testing.assert_allclose(images.mean(axis=(1, 2)), 0, atol=1e-12)
    np.testing.assert_array_equal(np.bincount(labels), [12] * 8)


def test_training_and_test_patches_share_no_pixel(monkeypatch):
    """
    With each pixel replaced by its column, training columns lie left of test columns.
    """
    columns = np.tile(np.arange(512.0), (512, 1))
    monkeypatch.setattr(data, "photo", lambda name: columns)
    monkeypatch.setattr(data, "grey", lambda image: image)
    monkeypatch.setattr(data, "_patch", lambda image, size, rng: image[:size, [0, -1]])

    train, _, test, _ = data.textures(1, 1, size=2)

    assert train.max() < test.min()


def test_a_patch_that_does_not_fit_is_refused():
    """
    The error says which photo is too small.
    """
    with pytest.raises(
        ValueError, match="does not fit into the 303 x 384 photo 'coins'"
    ):
        data.textures(1, 1, size=180)
