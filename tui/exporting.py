"""Taking the graph or the program away from the app: which form, to which place, and what came of it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from textual.app import App

from microcrad.errors import FileError, GraphError, ProgramError
from microcrad.export import FORMATS, MomentFormat, ProgramFormat
from microcrad.files.door import write_text
from microcrad.session.session import Session
from microcrad.timeline.snapshot import Snapshot
from tui.playground.playground_commands import with_keys
from tui.playground.screen import Playground
from tui.state_file import Kept
from tui.widgets.asking import YES, replacing
from tui.widgets.dialogs import Choose
from tui.widgets.path_dialog import ask_path, path_of, reason, why_not_write

__all__ = ["export"]

_FILE, _CLIPBOARD = "file", "clipboard"
_PLACES = [
    (_FILE, "Save as a file", "Asks for its name."),
    (_CLIPBOARD, "Copy to the clipboard", "Sends it to the terminal, which has to allow it (OSC 52)."),
]


async def export(app: App[None], playground: Playground, program: Kept) -> None:
    """Ask what to export and where to, and do it; nothing is written if any answer is left out.

    `program` is that whose name is suggested, and whose file is not overwritten.
    """
    at = playground.session.snapshot
    name = await app.push_screen_wait(
        Choose(
            f"Export what? The graph is of where you stand, event {at.position} of all {at.event_count}.",
            [(row.name, f"{row.title[0].upper()}{row.title[1:]}", row.says) for row in FORMATS.values()],
        )
    )
    if name is None:
        return
    row = FORMATS[name]
    if isinstance(row, MomentFormat) and not at.nodes:
        playground.say(
            "There are no nodes at this moment, so there is no graph to export. "
            + with_keys("{last} goes to the end.")
        )
        return
    place = await app.push_screen_wait(Choose(f"Export {row.title}: where to?", _PLACES))
    if place is None:
        return
    try:
        text = await asyncio.to_thread(_written, row, at, playground.session)
    except (GraphError, ProgramError) as error:
        playground.say(f"{error} Nothing was exported.")
        return
    if place == _CLIPBOARD:
        app.copy_to_clipboard(text)
        done = f"Sent {row.title}, {len(text):,} characters, to the terminal to copy."
    else:
        done = await _save(app, program, row, text)
    if done:
        playground.say(f"{done}{_caution(playground.session) if isinstance(row, MomentFormat) else ''}")


def _written(row: ProgramFormat | MomentFormat, at: Snapshot, session: Session) -> str:
    """What a row of the table writes of a moment, or of a session's program."""
    if isinstance(row, MomentFormat):
        return row.write(at)
    program = session.program
    return row.write(program, session.ownership or program.ownership)


def _caution(session: Session) -> str:
    """What the person should know about the graph of where a session stands."""
    fault = session.run.fault
    wrong = f" Its numbers are wrong on purpose: fault {fault.name}." if fault else ""
    return wrong if session.up_to_date else f"{wrong} It is of the last good run."


async def _save(app: App[None], program: Kept, row: ProgramFormat | MomentFormat, text: str) -> str:
    """Ask for a file's name and write it; says what came of it, or nothing if the person left."""
    own = program.path
    suggestion = Path(own or program.name).with_suffix(row.suffix)
    name = await app.push_screen_wait(
        ask_path(f"The file for {row.title}", str(suggestion), refuse=why_not_write)
    )
    if name is None or not name.strip():
        return ""
    path = path_of(name)
    if own and os.path.exists(path) and os.path.exists(own) and os.path.samefile(path, own):
        return f"{path.name} is the program itself, and stays. Nothing was exported."
    if os.path.exists(path):
        answer = await app.push_screen_wait(replacing(str(path), "is there already"))
        if answer != YES:
            return f"{path.name} stays as it was. Nothing was exported."
    try:
        write_text(path, text)
    except FileError as error:
        return f"{reason(error)} Nothing was exported."
    return f"Exported {row.title} to {path!s}."
