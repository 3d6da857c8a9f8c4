"""The stops of the playground: asking which to set or to take away, and stopping there as the events play."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microcrad.session.breakpoints import Breakpoint, BreakpointKind, read_breakpoint
from tui.playground.typed_keys import keys_from
from tui.widgets.asking import choose, whole_number

if TYPE_CHECKING:
    from tui.playground.screen import Playground

__all__ = ["StopSetter"]

_SAYS = {
    BreakpointKind.LINE: ("line {}", "Before the line is done, each time."),
    BreakpointKind.NODE: ("{}: every event", "After each event of the view that concerns it."),
    BreakpointKind.GRAD: ("{}: its grad changes", "After each event that makes it another number."),
}
_ALL = "all"
_OTHER = "other line"


class StopSetter:
    """Sets stops where one is: on the line, on the selected node, on its grad."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    def ask(self) -> None:
        """Ask which stop to set, or which one to take away."""
        set_already = self._playground.session.breakpoints
        offered = [each for each in self._here() if each not in set_already]
        options = [(str(each), f"Stop at {_title(each)}", _SAYS[each.kind][1]) for each in offered]
        if self._last_line > 1:
            options.append((_OTHER, "Stop at another line", "Asks for its number."))
        options += [(str(each), f"Take away: {_title(each)}", "") for each in set_already]
        if len(set_already) > 1:
            options.append((_ALL, "Take all away", ""))
        if options:
            question = self._said(
                "Where should play stop? {play} plays on to there, {next_stop} goes there at once."
            )
            self._playground.app.push_screen(choose(question, options), self._chosen)
        else:
            write = "Write" if self._playground.words.typing else "Press {edit} and write"
            self._playground.say(self._said(f"There is no line and no node to stop at. {write} a program."))

    def _here(self) -> list[Breakpoint]:
        """What can be stopped at where one is."""
        playground, moment = self._playground, self._playground.session.moment
        at, cursor = moment.selected_line or moment.line, playground.editor.cursor_location[0] + 1
        first, last = (cursor, at) if playground.panes.active == "program" else (at, cursor)
        found = self._lines(first)
        label = moment.selected_label.partition(", ")[0]  # One of its names is enough.
        if label:
            found += [Breakpoint(kind, label) for kind in (BreakpointKind.GRAD, BreakpointKind.NODE)]
        return found + [each for each in self._lines(last) if each not in found]

    def _lines(self, line: int | None) -> list[Breakpoint]:
        """A line, if the program has it."""
        there = line and line <= self._last_line
        return [Breakpoint(BreakpointKind.LINE, str(line))] if there else []

    @property
    def _last_line(self) -> int:
        """The last line that has something in it; 0 if none has."""
        text = self._playground.session.text.rstrip()
        return text.count("\n") + 1 if text else 0

    def _ask_for_line(self) -> None:
        def stop(text: str | None) -> None:
            if text is not None:
                self._chosen(str(Breakpoint(BreakpointKind.LINE, str(int(text)))))

        question = whole_number("Stop at which line?", 1, self._last_line)
        self._playground.app.push_screen(question, stop)

    def _chosen(self, name: str | None) -> None:
        if name is None:
            return
        if name == _OTHER:
            self._ask_for_line()
            return
        playground, session = self._playground, self._playground.session
        if name == _ALL:
            session.breakpoints = ()
        else:
            chosen = read_breakpoint(name)
            others = tuple(each for each in session.breakpoints if each != chosen)
            session.breakpoints = others if len(others) < len(session.breakpoints) else (*others, chosen)
        there = "; ".join(map(_title, session.breakpoints))
        playground.words.hint = f"Play stops at {there}." if there else "Play stops nowhere now."
        if session.breakpoints and not session.moment.stops:
            playground.words.hint += " This run does not come there."
        session.notice = ""
        playground.show_panes()
        playground.post_message(playground.TextChanged())

    def met(self, before: int) -> str:
        """Stand at the first stop after a position, if one was passed: what is said of it, or nothing."""
        session = self._playground.session
        position = session.moment.stop_between(before, session.position) if session.breakpoints else None
        if position is None:
            return ""
        which = session.moment.stops[position]
        if position != session.position:
            session.go(position)
        return f"Stopped at {_title(which)}. {self._said('{play} plays on.')}"

    def _said(self, text: str) -> str:
        return keys_from(text, typing=self._playground.words.typing)


def _title(stop: Breakpoint) -> str:
    return _SAYS[stop.kind][0].format(stop.what)
