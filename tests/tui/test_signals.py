"""The real app in a pseudo-terminal, asked to leave or to stop: no key is lost, the terminal given back."""

from __future__ import annotations

import random
import signal
import sys
from pathlib import Path

import pytest
from samples import always
from terminals import Terminal, terminal

from tui.state_file import StateKeeper

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

FAILING = """
import sys
from tui.app import PlaygroundApp
from tui import launch
def fail(app):
    raise RuntimeError("planted")
PlaygroundApp.show_help = fail
sys.exit(launch.launch())
"""


def typing(app: Terminal) -> None:
    """Have the cursor in the editor, on a line of its own at the top."""
    app.until_drawn("Program")
    app.press("e")
    app.until_drawn("Typing in the program")
    app.press("\x1b[1;5H\r")


def leave_lesson(app: Terminal) -> None:
    """Leave the lesson that the app before this one was ended in, if it had begun; the program is there then.

    First its field and its text, in which letters are typed or mean something else.
    """
    app.until_drawn("Program")
    app.press("\x1b\x1b3x1")
    app.until_drawn("[1 Playground]")


def drawn_anew(app: Terminal) -> bytes:
    """What the app has drawn since it took the terminal over again."""
    return app.seen.rpartition(b"\x1b[?1049h")[2] if b"\x1b[?1049h" in app.seen else b""


def kept(state: Path) -> str:
    """The program as it is kept."""
    program = StateKeeper(state).state.current
    assert program is not None
    return program.text


def given_back(drawn: bytes) -> bool:
    """Whether the screen, the mouse and the cursor are the shell's again."""
    return (
        b"\x1b[?1049l" in drawn
        and b"\x1b[?25h" in drawn
        and drawn.rfind(b"\x1b[?1003l") > drawn.rfind(b"\x1b[?1003h")
    )


@pytest.mark.parametrize("number", always(1, [signal.SIGTERM, signal.SIGHUP, signal.SIGINT]))
def test_a_signal_ends_the_app_and_loses_no_key(tmp_path: Path, number: signal.Signals) -> None:
    """Those before it that the app has not read yet too; the code is the signal's."""
    state = tmp_path / "state.toml"
    with terminal(state) as app:
        typing(app)
        app.press("".join(f"kept{line} = {line}\r" for line in range(40)) + "last = 41")
        app.send(number)
        assert app.ended() == 128 + number
        assert given_back(app.seen)
    assert "kept39 = 39\nlast = 41" in kept(state)


@pytest.mark.slow
def test_a_terminal_that_has_gone_ends_the_app(tmp_path: Path) -> None:
    """Without a signal: its window was closed by force."""
    state = tmp_path / "state.toml"
    with terminal(state) as app:
        typing(app)
        app.press("last = 41  # seen")
        app.until_drawn("seen")
        app.hang_up()
        assert app.code() == 128 + signal.SIGHUP
    assert "last = 41" in kept(state)


def test_a_stopped_app_paints_everything_again(tmp_path: Path) -> None:
    """The terminal is given back meanwhile; keys are taken afterwards, and it is given back in the end."""
    with terminal(tmp_path / "state.toml") as app:
        app.until_drawn("Program")
        for number in (signal.SIGTSTP, signal.SIGSTOP):
            app.send(number)
            app.until(app.stopped)
            app.read(0.1)
            assert given_back(app.seen) == (number == signal.SIGTSTP)
            app.send(signal.SIGCONT)
            # What was drawn before the stop may be read only now; what is drawn again follows the new screen,
            # and keys that come before that are let go of.
            app.until(lambda: b"Graph" in drawn_anew(app) and b"Inspector" in drawn_anew(app))
        typing(app)
        app.press("\x11")
        assert app.ended() == 0
        assert given_back(app.seen)


@pytest.mark.slow
def test_what_is_half_made_when_the_app_leaves_is_no_failure(tmp_path: Path) -> None:
    """Such as a mode that was just chosen: its parts are gone before it comes to them."""
    state = tmp_path / "state.toml"
    leaving = FAILING.replace("raise", "app.exit(return_code=7)\n    raise")
    with terminal(state, sys.executable, "-c", leaving) as app:
        typing(app)
        app.press("last = 41  # seen")
        app.until_drawn("seen")
        app.press("\x1bOP")
        assert app.ended() == 7
        assert given_back(app.seen)
    assert "last = 41" in kept(state)
    assert not (tmp_path / "microcrad-error.txt").exists()


def test_an_app_that_fails_says_where_the_work_is(tmp_path: Path) -> None:
    """In a sentence, not a page of locals; the page is in a file."""
    state = tmp_path / "state.toml"
    with terminal(state, sys.executable, "-c", FAILING) as app:
        typing(app)
        app.press("last = 41  # seen")
        app.until_drawn("seen")
        app.press("\x1bOP")  # F1, which is planted to fail.
        assert app.ended() == 1
        assert given_back(app.seen)
        said = app.seen[app.seen.rindex(b"\x1b[?1049l") :].decode().replace("\r\n", "")
    report = tmp_path / "microcrad-error.txt"
    assert str(state) in said
    assert str(report) in said
    assert "Traceback" not in said
    assert "RuntimeError: planted" in report.read_text()
    assert "last = 41" in kept(state)


@pytest.mark.slow
def test_bytes_that_are_no_utf8_are_said_and_shown(tmp_path: Path) -> None:
    """Pasted from a file in an older encoding; the app goes on."""
    state = tmp_path / "state.toml"
    with terminal(state) as app:
        typing(app)
        app.press(b"\x1b[200~# caf\xe9 \xff\n\x1b[201~after = 1")
        app.until_drawn("2 bytes that are no UTF-8")
        app.press("\x11")
        assert app.ended() == 0
    assert "# caf� �\nafter = 1" in kept(state)


@pytest.mark.slow
def test_keys_that_come_at_once_go_where_the_first_leads(tmp_path: Path) -> None:
    """`e` and a program; a lesson and an answer; a paste is not indented into a staircase."""
    state = tmp_path / "state.toml"
    with terminal(state) as app:
        app.until_drawn("Program")
        app.press("enpn = 5")
        app.until_drawn("npn")
        app.press("\x1b[1;5Hfor i in range(2):\r  s = 1\r  t = 2\r# staircase\r")
        app.until_drawn("# staircase")
        app.press("\x1b3\r5\r")
        app.until_drawn("5 is not it")
        app.press("\x11")
        assert app.ended() == 0
    assert kept(state).startswith("for i in range(2):\n  s = 1\n  t = 2\n# staircase\n")
    assert "npn = 5" in kept(state)


@pytest.mark.parametrize(
    ("seed", "rounds"), [(0, 2), *(pytest.param(seed, 12, marks=pytest.mark.slow) for seed in range(1, 5))]
)
@pytest.mark.parametrize("number", always(1, [signal.SIGKILL, signal.SIGTERM]))
def test_ends_at_random_moments_damage_nothing(
    tmp_path: Path, number: signal.Signals, seed: int, rounds: int
) -> None:
    """While one types, trains and takes lessons; what is kept is whole, after TERM to the last key."""
    chance, state, lines = random.Random(seed), tmp_path / "state.toml", 0
    for turn in range(rounds):
        with terminal(state) as app:
            if turn and turn % 3 == 0:
                leave_lesson(app)
            typing(app)
            lines += 1
            app.press(f"kept{lines} = 1\r")
            app.until_drawn(f"kept{lines}")
            if turn % 3 == 0:
                app.press(f"# typed{lines}")
            else:
                app.press("\x1b")
                app.until_drawn("Graph")
                app.press("2 " if turn % 3 == 1 else "3\r")
            app.read(chance.uniform(0.0, 1.5))
            app.send(number)
            assert app.ended() == (128 + number if number == signal.SIGTERM else -number)
        keeper = StateKeeper(state)
        assert keeper.problem == ""
        if number == signal.SIGTERM:
            assert f"kept{lines} = 1\n" in kept(state)
            assert turn % 3 or f"# typed{lines}" in kept(state)
