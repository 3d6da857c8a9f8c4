"""What stands in a pane while there is nothing to show: what to do about it, from where one is."""

from __future__ import annotations

from textual.widget import Widget

from microcrad.session.moment import Moment
from tui.playground.typed_keys import is_typed_in, keys_from
from tui.playground.what_to_say import KEPT_BACK

__all__ = ["nothing_in_view", "nothing_yet"]


def nothing_yet(focused: Widget | None, moment: Moment | None, said: str) -> str:
    """Which line is wrong, or `said` and what to type; with the editor's key unless that has the focus."""
    typing = is_typed_in(focused)
    if moment is not None and moment.errors:
        wrong = f"Line {moment.errors[0].line} needs fixing."
        return wrong if typing else keys_from(f"{wrong} {{edit}} edits.", typing=False)
    if moment is not None and not moment.snapshot.telling.later:
        return KEPT_BACK
    if moment is not None and moment.snapshot.node_count:
        return keys_from("Nothing has happened yet. Press {next}.", typing=typing)
    write = "Type" if typing else "Press {edit} and type"
    return keys_from(f"{said} {write} a = 2.", typing=typing)


def nothing_in_view(focused: Widget | None) -> str:
    """What to say where a program ran, and the view has no event of it."""
    said = "It ran, and computed nothing: no event of this view. {view} shows those of the memory."
    return keys_from(said, typing=is_typed_in(focused))
