"""What is typed, from bytes to messages: in the order in which it came, and nothing of it lost.

A driver reads in a thread of its own. A key goes to what has the focus when the app comes to it, while the
key before it may yet move the focus. So each waits until the one before it was dealt with.
"""

from __future__ import annotations

import codecs
import re
import threading
import time
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._parser import ParseError
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.app import App, ScreenError
from textual.events import Callback, Key, Paste
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea

from tui.widgets.work import Work

__all__ = ["Ended", "Keyboard", "KeysWay", "Passed", "Undecoded"]

PATIENCE_SECONDS = 10.0
"""How long a key waits for the one before it, at most: the app may be at work."""
LOOK_SECONDS = 0.25
"""How long it waits until it is seen whether that one still goes anywhere."""
MOMENT_SECONDS = 0.01
"""After how long it is looked again whether what a key has opened is there."""
_ESCAPE = "\x1b"
_BEGINS = "[]OPX^_\\"
"""What behind an escape begins what a terminal sends for other keys, and answers."""
_BAD = "[\udc80-\udcff]"
"""A byte that is no UTF-8, as Python's `surrogateescape` reads it."""
_TEXT_OF = {"enter": "\n", "tab": "\t"}
"""Keys that stand for text where text is pasted key by key."""


class Undecoded(Message):
    """Bytes that are no UTF-8 came, for the first time."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count


class Ended(Message):
    """A signal asks the app to leave, and everything typed before it was dealt with."""

    def __init__(self, signal: int) -> None:
        super().__init__()
        self.signal = signal


class KeysWay:
    """What a key sets off: at the widget that had the focus, up to the app, and in what it opens."""

    def __init__(self, start: Widget, there: Container[Widget], arrived: Callable[[], object]) -> None:
        """`there` are the widgets that were on screen before the key."""
        self.start, self.there, self.arrived = start, there, arrived
        self.at: Widget = start
        """Where it is. That may be removed with all that was said to it, as a screen is that closes."""

    def look(self) -> None:
        """End it where it goes no further."""
        if not (self.at.is_running and self.at.is_attached):
            self.arrived()


class Passed(Message):
    """Goes the way of a key, right behind it: up from what had the focus to the app.

    And once more, behind what the key had said there, such as that a row of a list was chosen.
    """

    def __init__(self, way: KeysWay, *, again: bool = True) -> None:
        super().__init__()
        self._way, self._again = way, again

    def send(self) -> bool:
        """Go; False where that way is no more."""
        return self._way.start.post_message(self)

    def tell(self, app: App[Any]) -> None:
        """Say that the key was dealt with: the focus stands where it moved it.

        What it has opened is there by then: a new screen, a mode or a lesson that is shown first.
        """
        way = self._way
        if self._again and Passed(way, again=False).send():
            return
        self._again = False
        screen = app.screen
        made = [each for each in screen.walk_children(Widget, with_self=True) if each not in way.there]
        if not all(widget.is_mounted for widget in made):
            app.set_timer(MOMENT_SECONDS, partial(self.tell, app))
            return
        way.at = screen
        if not made or not screen.call_after_refresh(way.arrived):
            app.call_later(way.arrived)


class _Parser(XTermParser):
    """Textual's, for which escape and a sign behind it that come at once are those two.

    A terminal sends the same for alt and the sign; nothing here goes by alt, and over a slow line what was
    typed one after another comes at once. Textual would make `escape 2` the sign ™.

    A line feed is enter as well: a terminal makes that of enter until the app has taken it over.
    """

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        escaped, sign = alt, sequence
        if len(sequence) == 2 and sequence[0] == _ESCAPE and sequence[1].isprintable():
            escaped = sequence[1] not in _BEGINS and not isinstance(ANSI_SEQUENCES_KEYS.get(sequence), tuple)
            sign = sequence[1] if escaped else sequence
        if escaped:
            yield Key("escape", _ESCAPE)
        yield from super()._sequence_to_key_events("\r" if sign == "\n" else sign)


class Keyboard:
    """Turns what was read into messages for the app."""

    def __init__(self, app: App[Any], send: Callable[[Message], None], stopped: Callable[[], bool]) -> None:
        """`send` hands a message to the app; once `stopped`, nothing is sent any more."""
        self._app, self._send, self._stopped = app, send, stopped
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._parser = _Parser()
        self._pasting: list[str] | None = None
        """What has come of a paste that is not over; its last few characters are an item of their own."""
        self._bad = 0
        self._told = False
        self._there: Container[Widget] = ()
        """The widgets that were on screen before the key that is dealt with."""
        self._way: KeysWay | None = None
        """Where that key is, once it has left the app."""
        self._dealt_with = threading.Event()
        """Of the last key: each has its own, for one may be told of twice."""
        self._dealt_with.set()

    def feed(self, data: bytes) -> None:
        """Pass on what was read, and have it soon dealt with."""
        Work.hurry()
        text, bad = re.subn(_BAD, "�", self._decode(data))
        self._bad += bad
        self._pass_on(list(self._messages(text)))

    def tick(self) -> None:
        """Time goes by: what was begun may be all there is, such as an escape."""
        self._pass_on(list(self._parser.tick()))

    def rest(self) -> None:
        """Nothing was read for a moment: say what could not be read, the first time."""
        if self._bad and not self._told:
            self._told = True
            self._send(Undecoded(self._bad))

    def wait(self) -> None:
        """Wait until what was passed on was dealt with."""
        began = looked = time.monotonic()
        while not self._dealt_with.wait(0.02) and not self._stopped():
            now = time.monotonic()
            if now > began + PATIENCE_SECONDS:
                return
            if now > looked + LOOK_SECONDS:
                looked = now
                self._send(Callback(callback=self._look))

    def _messages(self, text: str) -> Iterator[Message]:
        """What a text stands for. Pastes are cut out first: the parser would take seconds for a megabyte."""
        while text:
            if self._pasting is None:
                before, begins, text = text.partition(BRACKETED_PASTE_START)
                if before:
                    with suppress(ParseError):
                        yield from self._parser.feed(before)
                if begins:
                    self._pasting = []
            else:
                last = self._pasting.pop() if self._pasting else ""
                within, ends, text = (last + text).partition(BRACKETED_PASTE_END)
                if ends:
                    pasted, self._pasting = "".join([*self._pasting, within]), None
                    yield Paste(pasted.replace("\x00", ""))
                else:
                    cut = max(0, len(within) - len(BRACKETED_PASTE_END))
                    self._pasting += [within[:cut], within[cut:]]

    def _pass_on(self, messages: Sequence[Message]) -> None:
        at = 0
        while at < len(messages) and not self._stopped():
            self.wait()
            message, taken = messages[at], 1
            if isinstance(message, Key):
                text, taken = self._typed_at_once(messages, at)
                message = Paste(text) if taken > 1 else message
            at += taken
            if not isinstance(message, (Key, Paste)):
                self._send(message)
                continue
            self._way, self._dealt_with = None, threading.Event()
            self._send(Callback(callback=self._lead))
            self._send(message)
            self._send(Callback(callback=partial(self._follow, self._dealt_with.set)))

    def _typed_at_once(self, messages: Sequence[Message], at: int) -> tuple[str, int]:
        """Lines that came at once for an editor, and of how many keys: they were not typed but pasted."""
        text = ""
        for message in messages[at:]:
            if not isinstance(message, Key) or not (message.is_printable or message.key in _TEXT_OF):
                break
            text += _TEXT_OF.get(message.key) or message.character or ""
        with suppress(ScreenError):
            if len(text) > 1 and "\n" in text and isinstance(self._app.focused, TextArea):
                return text, len(text)
        return "", 1

    def _lead(self) -> None:
        """Take note before a key of what is there."""
        self._there = frozenset(self._app.screen.walk_children(Widget, with_self=True))

    def _follow(self, arrived: Callable[[], object]) -> None:
        """Send after a key what tells that it was dealt with."""
        self._way = KeysWay(self._app.focused or self._app.screen, self._there, arrived)
        if not Passed(self._way).send():
            arrived()

    def _look(self) -> None:
        """See whether that is still on its way."""
        if self._way is not None:
            self._way.look()
