"""Where served sessions keep their programs."""

from __future__ import annotations

import os
from pathlib import Path

from tui.serve.places import Places, free_place


def file(places: Places, visitor: int = 1, place: int = 1) -> Path:
    """The state file of a place, in a folder that is there."""
    found = Path(places.environment(visitor, place)["MICROCRAD_STATE"])
    found.parent.mkdir(exist_ok=True)
    return found


def test_every_session_has_a_file_of_its_own(state: Path) -> None:
    with Places(loopback=True) as places:
        files = {file(places, visitor, place) for visitor in range(1, 12) for place in range(1, 12)}
        assert len(files) == 121
        assert len({each.parent for each in files}) == 121  # What is kept beside it is its own as well.
        assert all(each.parents[1] == state.with_name("state-served") for each in files)


def test_the_next_server_finds_the_files_and_one_beside_it_does_not() -> None:
    with Places(loopback=True) as first:
        file(first).write_text("mine")
        with Places(loopback=True) as second:
            assert (first.lasting, second.lasting) == (True, False)
            assert not file(second).exists()
    with Places(loopback=True) as third:
        assert file(third).read_text() == "mine"


def test_where_others_come_in_nothing_outlives_the_server() -> None:
    with Places(loopback=False) as places:
        assert file(places).is_relative_to(places.folder)
        assert places.folder.stat().st_mode & 0o077 == 0
    assert not places.folder.exists()


def test_others_do_not_add_to_what_one_has_learnt() -> None:
    with Places(loopback=True) as mine, Places(loopback=False) as theirs:
        assert "MICROCRAD_PROGRESS" not in mine.environment(1, 1)
        named = [theirs.environment(*each)["MICROCRAD_PROGRESS"] for each in ((1, 1), (1, 2), (2, 1))]
        assert named[0] == named[1] != named[2]
        assert all(Path(each).is_relative_to(theirs.folder) for each in named)


def test_a_folder_that_cannot_be_had_is_no_reason_not_to_serve(state: Path) -> None:
    state.with_name("state-served").write_text("a file is in the way")
    with Places(loopback=True) as places:
        assert not places.lasting
        assert file(places).parent.exists()
    assert os.listdir(state.parent) == ["state-served"]


def test_a_free_place_is_found() -> None:
    assert free_place(0, []) == 1
    assert free_place(0, [1, 2, 4]) == 3
    assert free_place(3, [1]) == 3
    assert free_place(3, [1, 3]) == 2
    assert free_place(-1, {1}) == 2
