"""Who may come in: tokens, cookies, and the headers that are believed."""

from __future__ import annotations

import pytest

from tui.serve.guard import Guard


@pytest.fixture
def guard() -> Guard:
    return Guard("127.0.0.1", loopback=True)


def test_a_token_lets_in_once(guard: Guard) -> None:
    first, second = guard.invite(), guard.invite()
    cookie = guard.admit(second)
    assert cookie is not None
    assert guard.admit(second) is None
    other = guard.admit(first)
    assert other is not None
    assert [guard.visitor(each) for each in (cookie, other)] == [1, 2]
    assert len({first, second, cookie, other}) == 4


@pytest.mark.parametrize("wrong", ["", "x", "é", "\udcff", "\0", "x" * 100_000])
def test_what_was_never_given_lets_nobody_in(guard: Guard, wrong: str) -> None:
    assert guard.visitor(wrong) is None
    token = guard.invite()
    for each in (wrong, token[:-1], token + wrong + "x", token.swapcase()):
        assert guard.admit(each) is None
        assert guard.visitor(each) is None
    assert guard.visitor(token) is None  # What lets in is not what stays in.
    assert guard.admit(token) is not None


OURS = ["127.0.0.1", "127.0.0.1:80", "localhost:9", "LOCALHOST", "[::1]:80", "127.8.0.1"]
FOREIGN = [
    "", ":80", "evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example",
    "evil.example@127.0.0.1.evil.example", "[::1", "0x7f.1", "2130706433", "127.0.0.1,evil.example", "évil",
]  # fmt: skip
NUMBERS = ["192.168.1.5:80", "[fe80::1]", "0.0.0.0"]


def test_alone_it_answers_to_the_names_of_this_machine(guard: Guard) -> None:
    assert [host for host in (*OURS, *FOREIGN, *NUMBERS) if guard.knows_host(host)] == OURS


def test_with_others_it_answers_to_every_number_and_to_the_name_it_was_given() -> None:
    guard = Guard("Desk.local", loopback=False)
    known = [*OURS, *NUMBERS, "desk.local:80"]
    assert [host for host in (*known, *FOREIGN) if guard.knows_host(host)] == known


def test_only_the_same_origin_is_the_same(guard: Guard) -> None:
    host = "127.0.0.1:8000"
    assert all(guard.same_origin(f"{scheme}://{host}", host) for scheme in ("http", "https", "HTTP"))
    for origin in (
        None, "", "null", host, "http://127.0.0.1", "http://127.0.0.1:80", "http://127.0.0.1:8001",
        "http://localhost:8000", "http://evil.example", f"http://{host}.evil.example", f"http://{host}/",
        f"file://{host}",
    ):  # fmt: skip
        assert not guard.same_origin(origin, host), origin
