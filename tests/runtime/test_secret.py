"""The secret is made once, for its owner alone."""

import stat
from multiprocessing import get_context

import pytest

from argosy.core.errors import StorageError
from argosy.runtime.secret import load_secret


def test_the_secret_survives_and_only_its_owner_reads_it(tmp_path):
    first = load_secret(tmp_path)
    assert len(first) >= 32
    assert load_secret(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_every_directory_has_its_own(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert load_secret(tmp_path / "a") != load_secret(tmp_path / "b")


def test_processes_that_start_together_agree(tmp_path):
    with get_context("spawn").Pool(3) as pool:
        assert len(set(pool.map(load_secret, [tmp_path] * 6, chunksize=1))) == 1


def test_an_empty_file_is_refused_rather_than_used(tmp_path):
    (tmp_path / "secret").touch()
    with pytest.raises(StorageError, match="empty"):
        load_secret(tmp_path)


def test_a_directory_that_is_not_there_is_told(tmp_path):
    with pytest.raises(StorageError, match="cannot be kept"):
        load_secret(tmp_path / "missing")


def test_another_secret_has_its_own_name_and_length(tmp_path):
    signing, other = load_secret(tmp_path), load_secret(tmp_path, "other", size=9)
    assert other != signing
    assert len(other) == 12
    assert load_secret(tmp_path, "other", size=9) == other
    assert (tmp_path / "other").stat().st_mode & 0o077 == 0
