"""The table of what can be done in the app: the one place where keys, footer, palette and help come from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from microcrad.session.moves import MOVES

__all__ = [
    "C_PANE",
    "DIAGRAM",
    "EDITOR",
    "FUNCTION_KEYS",
    "HEAP",
    "PLAYGROUND",
    "TIMELINE",
    "TREE",
    "Action",
    "bindings",
]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do: `action_<name>` of the widget whose table it stands in."""

    name: str
    keys: str
    """Textual's key names, separated by commas; the first is the one that is shown."""
    label: str
    """One or two words for the footer."""
    does: str
    """A sentence for the palette and the help, without a full stop."""
    footer: bool = False
    shown_key: str = ""
    listed: bool = True
    """Whether the palette lists it; moving a cursor is better left to its key."""

    @property
    def key(self) -> str:
        """The key as it is written on screen."""
        return self.shown_key or self.keys.split(",")[0]

    @property
    def id(self) -> str:
        """What everything that is no screen calls it."""
        found = re.match(r"(?:move|ask)\(.*'(\w+)'", self.name)
        return found[1] if found else self.name


def _move(
    id: str, keys: str, label: str, *, footer: bool = False, shown_key: str = "", listed: bool = True
) -> Action:
    """A move of the session's table, with the keys that make it."""
    return Action(f"move('{id}')", keys, label, MOVES[id].does, footer, shown_key, listed)


def bindings(actions: tuple[Action, ...], *, priority: bool = False) -> list[BindingType]:
    """Textual's bindings for a table of actions."""
    return [
        Binding(
            action.keys,
            action.name,
            action.label,
            show=action.footer,
            key_display=action.key,
            priority=priority,
        )
        for action in actions
    ]


PLAYGROUND = (
    _move("next", "n", "Next", footer=True),
    _move("previous", "p", "Back", footer=True),
    Action("play", "space", "Play", "Play the events one after another, or pause", footer=True),
    Action("edit", "e", "Edit", "Edit the program at the selected node's line", footer=True),
    _move("next_touching", "N", "Next here"),
    _move("previous_touching", "P", "Back here"),
    _move("next_line", "full_stop", "Next line", shown_key="."),
    _move("previous_line", "comma", "Line back", shown_key=","),
    _move("first", "less_than_sign", "First", shown_key="<"),
    _move("last", "greater_than_sign", "Last", shown_key=">"),
    _move("start_of_backward", "b", "Backward"),
    _move("view", "v", "View"),
    Action("diagram", "d", "Diagram", "Show the graph as a diagram, or as a tree", footer=True),
    Action("app.command('lesson')", "t", "Lesson", "Go to the lesson's text", footer=True, listed=False),
    Action("c", "c", "C", "Show the program as C, or as it was written"),
    Action("faults", "f", "Faults", "Switch the engine to a wrong algorithm on purpose, or back"),
    Action("inspector", "i", "Inspect", "Show the inspector in one line or in full"),
    Action("next_place", "s", "Places", "Go to the next place of a shared node"),
    Action(
        "diagnose", "w", "Diagnose", "Diagnose: go to where a nan comes from, or a gradient is lost; then on"
    ),
    Action("findings", "W", "Findings", "List everything that is wrong with the numbers, and what to do"),
    Action("check", "C", "Check grads", "Check every leaf's grad against its finite difference"),
    Action("run", "r", "Run", "Run the program to its end, however long it takes"),
    Action("ownership", "m", "Ownership", "Switch between auto and manual ownership, and run again"),
    Action("find", "slash", "Find", "Find a node by name or expression", shown_key="/"),
    Action("zoom", "z", "Zoom", "Give the focused pane the whole screen, or give it back"),
    Action("app.command('reference')", "", "Reference", "Reference: look up the language and the operations"),
    Action("app.command('open')", "", "Open", "Open a program or a whole session from a file"),
    Action(
        "app.command('save_as')",
        "",
        "Save as",
        "Save the program under another name, or all of it as a session",
    ),
    Action(
        "app.command('export')",
        "",
        "Export",
        "Export the graph or the program: to a file or to the clipboard",
    ),
    Action("app.command('new')", "", "New", "Start an empty program"),
)
"""In the playground, outside text fields."""

FUNCTION_KEYS = (
    _move("next", "f8", "Next", shown_key="F8", listed=False),
    Action("run", "f9", "Run", "Run the program to its end", shown_key="F9", listed=False),
    Action("go_round(1)", "tab", "Next pane", "Go to the next pane", listed=False),
    Action("go_round(-1)", "shift+tab", "Previous pane", "Go to the previous pane", listed=False),
)
"""In the playground, text fields included."""

TREE = (
    Action("move(-1)", "up,k", "Up", "Select the row above", shown_key="↑ k", listed=False),
    Action("move(1)", "down,j", "Down", "Select the row below", shown_key="↓ j", listed=False),
    Action(
        "close",
        "left,h",
        "Close",
        "Hide the node's operands, or go to its user",
        shown_key="← h",
        listed=False,
    ),
    Action(
        "open",
        "right,l",
        "Open",
        "Show the node's operands, or go to the first",
        shown_key="→ l",
        listed=False,
    ),
    Action(
        "open_or_close",
        "enter",
        "Open",
        "Open or close; on a shared row, go to the node",
        shown_key="enter",
        listed=False,
    ),
    Action("page(-1)", "pageup", "Page up", "Move up a page", shown_key="pgup", listed=False),
    Action("page(1)", "pagedown", "Page down", "Move down a page", shown_key="pgdn", listed=False),
    Action("top", "g,home", "Top", "Go to the first row", listed=False),
    Action("bottom", "G,end", "End", "Go to the last row", listed=False),
)
DIAGRAM = (
    Action("operand", "left,h", "Operand", "Go to an operand", shown_key="← h", listed=False),
    Action("user", "right,l", "User", "Go to a user", shown_key="→ l", listed=False),
    Action("layer(-1)", "up,k", "Up", "Go up within the layer", shown_key="↑ k", listed=False),
    Action("layer(1)", "down,j", "Down", "Go down within the layer", shown_key="↓ j", listed=False),
    Action("end(0)", "g,home", "First", "Go to the leftmost box", listed=False),
    Action("end(1)", "G,end", "Last", "Go to the rightmost box", listed=False),
    Action("open_or_close", "enter", "Open", "Open a group, or close the one around", listed=False),
    Action(
        "zoom_by(1)", "plus,equals_sign", "Larger", "Show more of each node", shown_key="+ =", listed=False
    ),
    Action("zoom_by(-1)", "minus", "Smaller", "Show more nodes", shown_key="-", listed=False),
    Action("fit", "0", "Fit", "Show the whole picture, as large as it fits", listed=False),
    Action("pan(-8, 0)", "shift+left", "Pan", "Move the picture to see its left", listed=False),
    Action("pan(8, 0)", "shift+right", "Pan", "Move the picture to see its right", listed=False),
    Action("pan(0, -4)", "shift+up", "Pan", "Move the picture to see its top", listed=False),
    Action("pan(0, 4)", "shift+down", "Pan", "Move the picture to see its bottom", listed=False),
)
C_PANE = (
    Action("move(-1)", "up,k", "Up", "Choose the line above", shown_key="↑ k", listed=False),
    Action("move(1)", "down,j", "Down", "Choose the line below", shown_key="↓ j", listed=False),
    Action("pan(-8)", "left,h", "Left", "Move left along long lines", shown_key="← h", listed=False),
    Action("pan(8)", "right,l", "Right", "Move right along long lines", shown_key="→ l", listed=False),
    Action("page(-1)", "pageup", "Page up", "Move up a page", shown_key="pgup", listed=False),
    Action("page(1)", "pagedown", "Page down", "Move down a page", shown_key="pgdn", listed=False),
    Action("end(0)", "g,home", "Top", "Go to the first line", listed=False),
    Action("end(1)", "G,end", "End", "Go to the last line", listed=False),
)
EDITOR = (
    Action(
        "leave", "escape", "Leave field", "Go back to the graph", footer=True, shown_key="esc", listed=False
    ),
    Action("ask(\"move('next')\")", "f8", "Next", MOVES["next"].does, footer=True, shown_key="F8"),
    Action("ask('run')", "f9", "Run", "Run the program to its end", footer=True, shown_key="F9"),
    Action(
        "app.command('command_palette')", "f2", "Actions", "List every action", footer=True, shown_key="F2"
    ),
    Action("app.command('help')", "f1", "Help", "Explain this pane", footer=True, shown_key="F1"),
)
TIMELINE = (
    _move("previous", "left,up,k", "Earlier", shown_key="↑ ←", listed=False),
    _move("next", "right,down,j", "Later", shown_key="↓ →", listed=False),
    _move("first", "home,g", "First", listed=False),
    _move("last", "end,G", "Last", listed=False),
)
HEAP = (
    Action("cell(-1)", "left,h", "Left", "Select the cell before", shown_key="← h", listed=False),
    Action("cell(1)", "right,l", "Right", "Select the next cell", shown_key="→ l", listed=False),
    Action("row(-1)", "up,k", "Up", "Select the cell above", shown_key="↑ k", listed=False),
    Action("row(1)", "down,j", "Down", "Select the cell below", shown_key="↓ j", listed=False),
    Action("end(0)", "home,g", "First", "Select the oldest node", listed=False),
    Action("end(1)", "end,G", "Last", "Select the newest node", listed=False),
)
