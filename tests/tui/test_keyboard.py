"""From bytes to messages, without a terminal: an app that only looks as if there were one."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.events import Callback, Key, Paste
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, OptionList, TextArea

from tui.keyboard import Keyboard, Passed, Undecoded


class Focused(TextArea):
    """What has the focus; it deals with every key at once."""

    def post_message(self, message: Message) -> bool:
        """Let what follows a key arrive."""
        if isinstance(message, Passed):
            message._way.arrived()
        return True


@dataclass
class Desk:
    """Looks like an app."""

    focused: Any = None
    screen: Any = field(default_factory=Screen)


@dataclass
class Typed:
    """A keyboard and what it sent."""

    app: Desk = field(default_factory=Desk)
    sent: list[Message] = field(default_factory=list)
    stopped: bool = False
    on_key: Callable[[Key], None] = lambda key: None

    def __post_init__(self) -> None:
        self.keyboard = Keyboard(cast("App[Any]", self.app), self.send, lambda: self.stopped)

    def send(self, message: Message) -> None:
        if isinstance(message, Callback):
            message.callback()
            return
        self.sent.append(message)
        if isinstance(message, Key):
            self.on_key(message)

    def read(self, *packets: bytes) -> list[str]:
        """What comes of packets: keys by name, pastes in brackets."""
        for packet in packets:
            self.keyboard.feed(packet)
            self.keyboard.tick()
        self.keyboard.rest()
        return [shown(message) for message in self.sent]


def shown(message: Message) -> str:
    """A key by its name, a paste in brackets, anything else as a mark."""
    if isinstance(message, Key):
        return message.key
    return f"[{message.text}]" if isinstance(message, Paste) else "!"


class Other:
    """A pane that is no editor."""

    def post_message(self, message: Message) -> bool:
        """Let what follows a key arrive."""
        assert isinstance(message, Passed)
        message._way.arrived()
        return True


@pytest.fixture
def typed() -> Typed:
    """A keyboard whose app has the focus outside the editor."""
    return Typed(Desk(focused=Other()))


def test_bytes_that_are_no_utf8_are_replaced_and_spoken_of_once(typed: Typed) -> None:
    """One sign for each, between whole letters, however packets are cut."""
    assert typed.read(b"\x1b[200~caf\xff\xfe\xc3", b"\xa9\x1b[201~", b"\xe9", b"x") == [
        "[caf��é]",
        "replacement_character",
        "x",
        "!",
    ]
    said = [message for message in typed.sent if isinstance(message, Undecoded)]
    assert [message.count for message in said] == [3]
    typed.read(b"\xff")
    assert len([message for message in typed.sent if isinstance(message, Undecoded)]) == 1


def test_a_paste_may_be_cut_anywhere(typed: Typed) -> None:
    """Its brackets too."""
    data = "a\x1b[200~k = 8\nm = ü\x1b[201~b".encode()
    for at in range(1, len(data)):
        typed.sent.clear()
        assert typed.read(data[:at], data[at:]) == ["a", "[k = 8\nm = ü]", "b"], at
    typed.sent.clear()
    assert typed.read(*(bytes([byte]) for byte in data)) == ["a", "[k = 8\nm = ü]", "b"]


@pytest.mark.parametrize("behind", ["2", "e", "-", "é"])
def test_escape_and_a_sign_that_come_at_once_are_two_keys(typed: Typed, behind: str) -> None:
    """However they are cut; keys that a terminal writes with an escape stay what they are."""
    data = f"\x1b{behind}x".encode()
    name = {"-": "minus", "é": "é"}.get(behind, behind)
    for at in range(len(data)):
        typed.sent.clear()
        assert typed.read(data[:at], data[at:]) == ["escape", name, "x"], at
    typed.sent.clear()
    assert typed.read(b"\x1b[A\x1bOP\x1b[1;5H\x1bb") == ["up", "f1", "ctrl+home", "ctrl+left"]


def test_a_line_feed_is_enter(typed: Typed) -> None:
    """What was typed before the app had the terminal has those."""
    assert typed.read(b"3\n5\n") == typed.read(b"3\r5\r")[:4] == ["3", "enter", "5", "enter"]


def test_lines_that_come_at_once_are_pasted_where_text_is_written(typed: Typed) -> None:
    """In the editor, from where the focus got there; elsewhere they are keys."""
    lines = b"e  a = 1\r  b = 2\r"
    assert typed.read(lines)[0] == "e"
    assert len(typed.sent) == len(lines)
    editor = Focused()

    def open_editor(key: Key) -> None:
        typed.app.focused = editor

    typed.sent.clear()
    typed.on_key = open_editor
    assert typed.read(lines) == ["e", "[  a = 1\n  b = 2\n]"]
    typed.sent.clear()
    assert typed.read(b"ab", b"\r", b"\x1b[A\r") == ["a", "b", "enter", "up", "enter"]


def test_what_comes_once_it_has_stopped_is_not_passed_on(typed: Typed) -> None:
    """The app is leaving."""
    typed.stopped = True
    assert typed.read(b"abc") == []


class Inside(Vertical):
    """A list whose row opens a field behind it, which then has the focus: made when it is first wanted."""

    def compose(self) -> ComposeResult:
        yield OptionList("only")

    def on_option_list_option_selected(self) -> None:
        """Open the field, off the way that the key goes."""
        self.app.query_one("#beside").mount(Opened())


class Opened(Vertical):
    """What a row opens."""

    def compose(self) -> ComposeResult:
        yield Input(select_on_focus=False)

    async def on_mount(self) -> None:
        """Have the focus before long; a screen that is drawn meanwhile has it not yet."""
        for _ in range(100):
            await asyncio.sleep(0)
        self.app.call_after_refresh(self.query_one(Input).focus)


class Opening(App[None]):
    """A list alone."""

    def compose(self) -> ComposeResult:
        yield Inside()
        yield Vertical(id="beside")

    def on_passed(self, message: Passed) -> None:
        """A key was dealt with."""
        message.tell(self)


class Fleeting(Screen[None]):
    """A screen that closes before it is drawn: what it was to say behind that, nobody says."""

    def call_after_refresh(self, callback: Callable[..., object], *args: Any, **kwargs: Any) -> bool:
        """Close instead."""
        self.app.call_later(self.app.pop_screen)
        return True


class Closing(App[None]):
    """Opens such a screen at a key, and writes down the keys that come after it."""

    def __init__(self) -> None:
        super().__init__()
        self.met = ""

    def on_key(self, event: Key) -> None:
        """The first key opens the screen."""
        if event.key == "enter":
            self.push_screen(Fleeting())
        self.met += event.key

    def on_passed(self, message: Passed) -> None:
        """A key was dealt with."""
        message.tell(self)


async def test_a_key_whose_screen_has_gone_is_waited_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """However patient the keyboard is with an app at work."""
    monkeypatch.setattr("tui.keyboard.PATIENCE_SECONDS", math.inf)
    app, stopped = Closing(), threading.Event()
    async with app.run_test() as pilot:
        keyboard = Keyboard(app, app.post_message, stopped.is_set)
        try:
            await asyncio.wait_for(asyncio.to_thread(keyboard.feed, b"\rab"), 60)
        finally:
            stopped.set()
        await pilot.pause()
        assert app.met == "enterab"


async def test_keys_wait_until_what_the_first_opened_is_there() -> None:
    """A row that is chosen says so only behind the key, and what it opens has yet to be made."""
    app = Opening()
    async with app.run_test():
        keyboard = Keyboard(app, app.post_message, lambda: False)
        await asyncio.to_thread(keyboard.feed, b"\rnext")
        await asyncio.to_thread(keyboard.wait)
        assert app.query_one(Input).value == "next"
