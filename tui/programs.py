"""What the app does with programs: opens, saves, keeps and undoes them, alone or as whole sessions."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from textual.app import App
from textual.timer import Timer

from microcrad.examples import Example, examples
from microcrad.session import TYPING_SECONDS, Session
from microcrad.session_file import SavedSession, saved, to_json
from microcrad.undo import Undo
from tui.dialogs import Ask, replacing
from tui.files import open_file, reason, unchanged_outside, write_program
from tui.keep import Keeper, Kept
from tui.reading import SESSION_SUFFIX

if TYPE_CHECKING:
    from tui.playground import Playground

__all__ = ["Programs"]

KEEP_SECONDS = 1.0
"""How long after a change, at most, the program is written to where it is kept."""
STRETCH_SECONDS = 1.0
"""Changes that follow each other faster than this are undone as one."""


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """What undo goes back to."""

    program: Kept
    session: SavedSession

    def __eq__(self, other: object) -> bool:
        """Whether program and rules are the same; where one stands in the run does not count."""
        return isinstance(other, Situation) and self._essence == other._essence

    __hash__ = None  # type: ignore[assignment]

    def differs_by_text(self, other: Situation) -> bool:
        """Whether it is the same program by the same rules, written otherwise."""
        return self._essence[1:] == other._essence[1:]

    @property
    def _essence(self) -> tuple[object, ...]:
        session, program = self.session, self.program
        return session.program, program.path, program.name, session.ownership, session.fault


class Programs(App[None]):
    """The part of the app that knows of programs and files."""

    def __init__(self, program: Kept, keeper: Keeper) -> None:
        super().__init__()
        self.program = program
        """The program as it was opened or saved last; the session has its text now."""
        self.keeper = keeper
        self.session = Session(program.text, seconds=TYPING_SECONDS)
        self.visited: Kept | None = None
        """The sample of a training that the playground shows instead of the program, as it was opened."""
        self._visit_kept: Kept | None = None
        """What was made of that sample, as it was set aside last."""
        self._keep_timer: Timer | None = None
        self._undo = Undo(Situation(program, saved(self.session, program.name)))
        self._changed = 0.0

    @property
    def playground(self) -> Playground:
        """The playground, shown or not."""
        raise NotImplementedError

    def show_header(self) -> None:
        """Show what is open, and whether it is saved."""
        raise NotImplementedError

    def action_mode(self, mode: str) -> None:
        """Show another mode."""
        raise NotImplementedError

    def training_settings(self) -> dict[str, str]:
        """The settings of training, which are kept as well."""
        raise NotImplementedError

    @property
    def saved(self) -> bool:
        """Whether the file holds what is on screen."""
        return self.program.saved == self.session.text

    @property
    def is_example(self) -> bool:
        """Whether what is on screen is an example as it came."""
        return any(example.text == self.session.text for example in examples())

    # --- keeping ---

    def on_playground_text_changed(self) -> None:
        """Show that the program is another one, keep it before long, and let it be undone."""
        self._keep_soon()
        if self.visited is None:
            now, new = time.monotonic(), self._situation()
            if now - self._changed > STRETCH_SECONDS:
                self._undo.end_stretch()
            self._undo.record(new, stretch=new.differs_by_text(self._undo.current))
            self._changed = now

    def on_train_changed(self) -> None:
        """Show the settings as they are now, and keep them before long."""
        self._keep_soon()

    def _keep_soon(self) -> None:
        self.show_header()
        if self._keep_timer is None:  # One that waits already is not put off by more typing.
            self._keep_timer = self.set_timer(KEEP_SECONDS, self.keep)

    def keep(self) -> None:
        """Write the program to where it will be found next time."""
        self._keep_timer = None
        before = self.keeper.state.problem
        if self.query("#playground"):  # Its panes go first when the app ends.
            self.set_visit_aside()
        self.keeper.keep(self._current(), self.training_settings())
        problem = self.keeper.state.problem
        if problem and problem != before:
            self.notify(problem, severity="warning", markup=False)

    def _current(self) -> Kept:
        return replace(self.program, text=self.session.text)

    # --- a sample of the training, in the playground ---

    def end_visit(self) -> None:
        """Put the person's own program back."""
        self.set_visit_aside()
        if self.visited is not None:
            self.visited = self._visit_kept = None
            self.playground.show_session(self.session)

    def set_visit_aside(self) -> None:
        """Where a sample's program was changed, let it be brought back from the action list."""
        text = self.playground.session.text
        if self.visited is not None and self.visited.text != text:
            earlier, self._visit_kept = self._visit_kept, replace(self.visited, text=text)
            self.keeper.set_aside(self._visit_kept, earlier)

    # --- programs ---

    def open_program(self, program: Kept, saying: str = "", place: SavedSession | None = None) -> None:
        """Open another program; the one on screen can be brought back from the action list.

        With a `place`, go on as and where that session was.
        """
        self.end_visit()
        if not self.saved and not self.is_example:
            self.keeper.set_aside(self._current())
        self.program = program
        self.action_mode("playground")
        self.playground.open(program.text, saying, place)

    def open_example(self, example: Example) -> None:
        """Open an example."""
        self.open_program(Kept(example.text, f"{example.slug}.mc"))

    def bring_back(self, kept: Kept) -> None:
        """Open a program that was set aside."""
        self.open_program(kept, f"{kept.name} is back as you left it.")

    def action_new(self) -> None:
        """Start an empty program."""
        self.open_program(
            Kept("", "untitled.mc"), "An empty program. The one before is in the action list (:)."
        )
        self.playground.focus_pane("program")

    def action_open(self) -> None:
        """Ask for a file and open the program or session in it."""
        self.push_screen(Ask("Open the program or session", ""), self._open)

    def _open(self, name: str | None) -> None:
        if name is None or not name.strip():
            return
        path = Path(os.path.expanduser(name.strip()))
        try:
            if not path.exists():
                raise click.ClickException(f"There is no file {name.strip()!r}.")
            program, place = open_file(path)
        except click.ClickException as error:
            self.playground.say(reason(error))
            return
        self.open_program(program, f"Opened {path}.", place)

    def action_save(self) -> None:
        """Save the program to its file; ask for a name if it has none."""
        if self.visited is not None or not self.program.path:
            self.action_save_as()
        elif unchanged_outside(self.program):
            self._write(Path(self.program.path))
        else:
            self._write_if_sure(Path(self.program.path), "was changed by another program")

    def action_save_as(self) -> None:
        """Ask for a name and save the program under it."""
        suggestion = self.program.path or self.program.name
        if self.visited is not None:
            suggestion = self.visited.name
        hint = f"A name that ends in {SESSION_SUFFIX} saves the whole session."
        self.push_screen(Ask("Save the program as", suggestion, hint=hint), self._save_as)

    def _save_as(self, name: str | None) -> None:
        if name is None or not name.strip():
            return
        path = Path(os.path.expanduser(name.strip()))
        if str(path) == self.program.path and self.visited is None:
            self.action_save()
        elif os.path.exists(path):
            self._write_if_sure(path, "is there already")
        else:
            self._write(path)

    def _write_if_sure(self, path: Path, doubt: str) -> None:
        """Ask before a file is replaced that holds something else."""
        self.push_screen(
            replacing(str(path), doubt),
            lambda answer: self._write(path) if answer == "yes" else None,
        )

    def _write(self, path: Path) -> None:
        text = self.playground.session.text
        whole = path.suffix == SESSION_SUFFIX
        try:
            write_program(path, to_json(self.playground.saved(path.stem)) if whole else text)
        except click.ClickException as error:
            self.playground.say(f"{reason(error)} Your program is still here; save it elsewhere.")
            return
        if self.visited is None:
            self.program = Kept(text, path.name, str(path.absolute()), text)
        else:  # A sample's program becomes a file; the person's own stays what it is.
            self.visited = replace(self.visited, text=text, name=path.name)
        self.keep()
        self.show_header()
        what = "the whole session: program, rules, place and folds" if whole else "the program"
        self.playground.say(f"Saved {what} as {path}.")

    # --- undo ---

    def _situation(self) -> Situation:
        return Situation(self._current(), self.playground.saved(self.program.name))

    def action_undo(self) -> None:
        """Go back over the last change: of the program, of the rules it runs by, or to another program."""
        self._go_to(self._undo.undo(), "Nothing to undo.")

    def action_redo(self) -> None:
        """Go on again over a change that was undone."""
        self._go_to(self._undo.redo(), "Nothing to redo.")

    def _go_to(self, situation: Situation | None, otherwise: str) -> None:
        if self.visited is not None:
            self.playground.say("Undo is for your own program. esc goes back to it.")
        elif situation is None:
            self.playground.say(otherwise)
        else:
            self.program = situation.program
            self.playground.go_back_to(situation.session)
            self._changed = 0.0
            self._keep_soon()
