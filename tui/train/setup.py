"""The setup pane: every setting of the run, and what the signs of the other panes mean."""

from __future__ import annotations

from itertools import chain

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from microcrad.train.settings import SETTINGS, Setting
from microcrad.train.training_moment import TrainingMoment
from tui.train.plane import GROUNDS
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import cell_len, clip, fit

__all__ = ["Setup"]

_SHORT = {
    "activation": "act",
    "initialisation": "init",
    "normalise": "norm",
    "positions": "pos",
    "encoding": "enc",
    "features": "feat",
    "stop_accuracy": "stop acc",
    "validation": "valid",
    "penalty_kind": "pen kind",
    "penalty_biases": "pen bias",
}
"""Names that are too long where the pane is narrow; the sentence below spells them out."""
_WIDE = 28
"""The width from which names are written in full."""
_Line = list[tuple[str, str]]
"""Texts side by side, each with its look."""
_FAULT = "fault"
"""A setting too, but with a line of its own and a key of its own."""


class Setup(Widget, can_focus=True):
    """A list of settings, one of them chosen, and a legend below."""

    TABLE: tuple[Command[Setup], ...] = (
        Command("up", "up,k", "Up", "Choose the setting above", lambda setup: setup.move(-1), listed=False),
        Command("down", "down,j", "Down", "Choose the setting below", lambda setup: setup.move(1),
                listed=False),
        Command("less", "left,h", "Less", "Turn the setting down", lambda setup: setup.turn(-1),
                listed=False),
        Command("more", "right,l", "More", "Turn the setting up", lambda setup: setup.turn(1), listed=False),
        Command("type", "enter", "Type", "Type a value", lambda setup: setup.type(), listed=False),
        Command("first", "home,g", "First", "Choose the first setting",
                lambda setup: setup.move(-len(setup.rows)), listed=False),
        Command("last", "end,G", "Last", "Choose the last setting", lambda setup: setup.move(len(setup.rows)),
                listed=False),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "Everything that decides how the run goes: the same settings and the same seed give the same run. "
        "Left and right change the chosen setting, enter types a value. Most changes take effect from the "
        "next step on; those with a * start training anew from new initial weights."
    )

    class Turned(Message):
        """The person asked for more (1) or less (-1) of a setting."""

        def __init__(self, name: str, direction: int) -> None:
            super().__init__()
            self.name, self.direction = name, direction

    class Typing(Message):
        """The person wants to type a setting's value."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class Chosen(Message):
        """Another setting is chosen."""

        def __init__(self, setting: Setting) -> None:
            super().__init__()
            self.setting = setting

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self, "setup")
        self.glyphs = glyphs
        self.moment: TrainingMoment | None = None
        self.rows: list[Setting] = []
        self.cursor = 0
        self._legend: list[_Line] = []
        self._top = 0

    def show(self, moment: TrainingMoment) -> None:
        """Show the settings, and what the signs for the classes are if there is a plane."""
        chosen = self.setting
        self.moment = moment
        at = moment.configuration
        self.rows = [row for row in SETTINGS.values() if row.name != _FAULT and row.applies(at)]
        if chosen in self.rows:
            self.cursor = self.rows.index(chosen)
        self.cursor = min(self.cursor, len(self.rows) - 1)
        self._legend = self._signs(moment)
        self._follow()
        self.refresh()

    @property
    def setting(self) -> Setting | None:
        """The chosen setting."""
        return self.rows[self.cursor] if self.rows else None

    def _signs(self, moment: TrainingMoment) -> list[_Line]:
        """The lines below the settings; of a plane with the sign and the ground of each class."""
        at, glyphs = moment.configuration, self.glyphs
        lines: list[_Line] = [[("* starts anew", "star")]]
        lines.append([(f"Fault: {at.fault or 'none'}", "fault" if at.fault else "")])
        names = moment.classes if moment.plane else () if moment.classes else ("sample", "on the curve")
        plain = self.app.no_color or not glyphs.blocks or not moment.plane
        signs: list[_Line] = []
        for i, name in enumerate(names):
            sign = glyphs.points[i % len(glyphs.points)]
            ground = glyphs.grounds[i % len(GROUNDS)] if plain and moment.plane else " "
            signs.append([(sign + ground, "" if plain else GROUNDS[i % len(GROUNDS)]), (f" {name}", "")])
        if not signs:
            return lines
        row = list(chain.from_iterable([("  ", ""), *sign] for sign in signs))[1:]
        lines += [row] if sum(cell_len(text) for text, _ in row) <= self.size.width - 3 else signs
        lines += [[("reversed: wrong", "")]] * moment.plane
        return lines + [[("underlined: test", "")]] * (at.test > 0)

    # --- drawing ---

    @property
    def _listed(self) -> int:
        """Rows for settings: all of them, or as many as the legend leaves."""
        return max(min(len(self.rows), self.size.height - len(self._legend)), min(self.size.height, 3))

    def _follow(self) -> None:
        """Keep the chosen setting in sight."""
        listed = self._listed
        self._top = max(min(self._top, self.cursor, len(self.rows) - listed), self.cursor - listed + 1, 0)

    def on_resize(self) -> None:
        """Keep the chosen setting in sight, and lay the legend out anew."""
        if self.moment is not None:
            self.show(self.moment)

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.look()
        if self.moment is None:
            return Strip.blank(width, base)
        listed, spare = self._listed, self.size.height - self._listed - len(self._legend)
        if y < listed:
            return self._setting_row(self._top + y, width, base)
        # What is left over is shared out: between the settings and the legend, and inside that.
        gaps = [min(spare, 1), int(spare > 1)]
        lines = [*[[]] * gaps[0], *self._legend[:2], *[[]] * gaps[1], *self._legend[2:]]
        segments, room = [Segment("  ", base)], width - 2
        for text, look in lines[y - listed] if y - listed < len(lines) else ():
            style = base + self.look(look) if look else base
            style += self.look("point") if look in GROUNDS else Style()
            segments.append(Segment(clip(text, room, self.glyphs.ellipsis), style))
            room -= cell_len(segments[-1].text)
        return Strip(segments).adjust_cell_length(width, base)

    def _setting_row(self, index: int, width: int, base: Style) -> Strip:
        if index >= len(self.rows):
            return Strip.blank(width, base)
        assert self.moment is not None
        row, wide = self.rows[index], width >= _WIDE
        name = row.name if wide else _SHORT.get(row.name, row.name)
        name, room = name.replace("_", " "), 17 if wide else 10
        value = row.show(getattr(self.moment.configuration, row.name))
        value = self.moment.name if row.name == "data" else value  # Of a path what counts most.
        chosen = index == self.cursor
        under = Style()
        if chosen:
            selected = self.look("selected")
            base += Style(bgcolor=selected.bgcolor, bold=selected.bold)
            under = Style(underline=selected.underline)
        more = (index == self._top and index > 0) or (
            index == self._top + self._listed - 1 and index < len(self.rows) - 1
        )
        star = " *" if row.needs_rewind else ""
        shown = fit(value, min(len(value), width - room - 3), self.glyphs.ellipsis)
        segments = [
            Segment(f"{'>' if chosen else ' '} ", base + self.look("mark")),
            Segment(name, base + under),
            Segment(star.ljust(room - len(name)), base + self.look("star")),
            Segment(shown, base + self.look("value") + under),
        ]
        strip = Strip(segments).adjust_cell_length(width - 1, base)
        return Strip(
            [*strip, Segment(self.glyphs.ellipsis if more else " ", base + self.look("quiet"))], width
        )

    # --- what the person does ---

    def choose(self, name: str) -> None:
        """Choose a setting by its name."""
        self.cursor = next((i for i, row in enumerate(self.rows) if row.name == name), self.cursor)
        self._follow()
        self.refresh()

    def move(self, rows: int) -> None:
        """Choose the setting that many rows further down, or the last one there is."""
        self._move_to(self.cursor + rows)

    def _move_to(self, index: int) -> None:
        self.cursor = max(0, min(index, len(self.rows) - 1))
        self._follow()
        self.refresh()
        if self.setting is not None:
            self.post_message(self.Chosen(self.setting))

    def turn(self, direction: int) -> None:
        """Change the chosen setting."""
        if self.setting is not None:
            self.post_message(self.Turned(self.setting.name, direction))

    def type(self) -> None:
        """Type a value for the chosen setting."""
        if self.setting is not None:
            self.post_message(self.Typing(self.setting.name))

    def on_click(self, event: events.Click) -> None:
        """Choose the setting under the mouse; type one that is chosen already."""
        if event.y < self._listed:
            chosen, self_index = self.cursor, self._top + event.y
            self._move_to(self_index)
            if chosen == self.cursor:
                self.type()

    def on_mouse_scroll_down(self) -> None:
        """Choose the next setting."""
        self.move(1)

    def on_mouse_scroll_up(self) -> None:
        """Choose the setting before."""
        self.move(-1)
