"""What is said of the last command, and how it comes to the words of where it is said."""

from __future__ import annotations

import pytest

from microcrad.text.notices import Notices, in_words


def test_a_notice_is_a_fact_and_advice() -> None:
    """A fact that is set alone takes the advice of the one before it away."""
    here = Notices()
    here.tell("Last event.", "{first} goes to the start.")
    assert (here.notice, here.advice) == ("Last event.", "{first} goes to the start.")
    here.notice = "First event."
    assert (here.notice, here.advice) == ("First event.", "")


def test_commands_are_called_what_they_are_called_where_it_is_said() -> None:
    keys = {"rewind": "r", "non_finite": "w"}
    assert in_words("{non_finite} opens it, {rewind} rewinds.", keys.__getitem__) == "w opens it, r rewinds."
    assert in_words("a {b c} {}", keys.__getitem__) == "a {b c} {}"
    with pytest.raises(KeyError):
        in_words("{no_such}", keys.__getitem__)
