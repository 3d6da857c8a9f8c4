"""Where served sessions keep their programs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.serve.places import Places, free_place


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the terminal keeps its own."""
    monkeypatch.setenv("MICROCRAD_STATE", str(tmp_path / "state.toml"))
    return tmp_path / "state.toml"


def test_every_session_has_a_file_of_its_own(state: Path) -> None:
    with Places(lasting=True) as places:
        files = {places.file(visitor, place) for visitor in range(1, 12) for place in range(1, 12)}
        assert len(files) == 121
        assert len({file.parent for file in files}) == 121  # What is kept beside it is its own as well.
        assert all(file.parents[1] == state.with_name("state-served") for file in files)


def test_the_next_server_finds_the_files_and_one_beside_it_does_not() -> None:
    with Places(lasting=True) as first:
        kept = first.file(1, 1)
        kept.parent.mkdir()
        kept.write_text("mine")
        with Places(lasting=True) as second:
            assert (first.lasting, second.lasting) == (True, False)
            assert not second.file(1, 1).exists()
    with Places(lasting=True) as third:
        assert third.file(1, 1).read_text() == "mine"


def test_where_others_come_in_nothing_outlives_the_server() -> None:
    with Places(lasting=False) as places:
        places.file(1, 1).parent.mkdir()
        assert places.folder.stat().st_mode & 0o077 == 0
    assert not places.folder.exists()


def test_a_folder_that_cannot_be_had_is_no_reason_not_to_serve(state: Path) -> None:
    state.with_name("state-served").write_text("a file is in the way")
    with Places(lasting=True) as places:
        assert not places.lasting
        places.file(1, 1).parent.mkdir()
    assert os.listdir(state.parent) == ["state-served"]


def test_a_free_place_is_found() -> None:
    assert free_place(0, []) == 1
    assert free_place(0, [1, 2, 4]) == 3
    assert free_place(3, [1]) == 3
    assert free_place(3, [1, 3]) == 2
    assert free_place(-1, {1}) == 2
