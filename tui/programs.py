"""What the app does with programs: opens, saves, keeps and undoes them, alone or as whole sessions."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App
from textual.timer import Timer

from microcrad.errors import FileError
from microcrad.examples import Example, examples
from microcrad.run.interpreter import TYPING
from microcrad.session.file import SavedSession, to_json
from microcrad.session.on_disk import SESSION_SUFFIX
from microcrad.session.session import Session
from tui.desk import Desk, Situation
from tui.files import open_file, reason, unchanged_outside, write_program
from tui.state_file import Kept, StateKeeper
from tui.widgets.dialogs import Ask, replacing

if TYPE_CHECKING:
    from tui.playground.screen import Playground

__all__ = ["Programs"]

KEEP_SECONDS = 1.0
"""How long after a change, at most, the program is written to where it is kept."""


class Programs(App[None]):
    """The part of the app that knows of programs and files."""

    def __init__(self, program: Kept, keeper: StateKeeper) -> None:
        super().__init__()
        self.keeper = keeper
        self.own = Desk(replace(program, lesson=""), Session(program.text, limits=TYPING))
        """The person's own program."""
        self.desk = self.own
        """What the playground shows: that, or what is visited meanwhile."""
        self._keep_timer: Timer | None = None

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

    def lesson_kept(self) -> str:
        """The session of the lesson that is open, as it is kept; empty without one."""
        raise NotImplementedError

    def resume_lesson(self, place: SavedSession) -> None:
        """Go on with the lesson that a saved session was in, or say that there is none of that name."""
        raise NotImplementedError

    @property
    def program(self) -> Kept:
        """The person's own program, as it was opened or saved last."""
        return self.own.program

    @property
    def session(self) -> Session:
        """The session of the person's own program."""
        return self.own.session

    @property
    def visiting(self) -> bool:
        """Whether the playground shows something else than the person's own program."""
        return self.desk.under is not None

    @property
    def saved(self) -> bool:
        """Whether the file holds the person's own program as it is now."""
        return self.own.saved

    @property
    def is_example(self) -> bool:
        """Whether the person's own program is an example as it came."""
        return any(example.text == self.session.text for example in examples())

    # --- keeping ---

    def on_playground_text_changed(self) -> None:
        """Show that the program is another one, keep it before long, and let it be undone."""
        self.keep_soon()
        self.desk.record(Situation(self.desk.current, self.place()))

    def on_train_changed(self) -> None:
        """Show the settings as they are now, and keep them before long."""
        self.keep_soon()

    def keep_soon(self) -> None:
        """Keep everything before long, and show whether it is saved."""
        self.show_header()
        if self._keep_timer is None:  # One that waits already is not put off by more typing.
            self._keep_timer = self.set_timer(KEEP_SECONDS, self.keep)

    def keep(self) -> None:
        """Write the program to where it will be found next time."""
        self._keep_timer = None
        before = self.keeper.problem
        self.set_visit_aside()
        self.keeper.keep(replace(self.own.current, lesson=self.lesson_kept()), self.training_settings())
        problem = self.keeper.problem
        if problem and problem != before:
            self.notify(problem, severity="warning", markup=False)

    # --- something else in the playground for a while ---

    def visit(self, desk: Desk, saying: str = "") -> None:
        """Show something else, on top of what is there; another from the same place goes first."""
        if self.desk.leaves_to == desk.leaves_to:
            self.end_visit()
        desk.under, self.desk = self.desk, desk
        self.action_mode("playground")
        self.playground.show_session(desk.session, saying)
        self.show_header()

    def end_visit(self) -> None:
        """Put what lies under it back."""
        self.take_off(self.desk)

    def take_off(self, desk: Desk) -> None:
        """Take a desk off, and all that lies on it; not the person's own."""
        if desk.under is None:
            return
        while self.desk is not desk.under and self.desk.under is not None:
            self.set_visit_aside()
            self.desk = self.desk.under
        self.playground.show_session(self.desk.session)
        self.show_header()

    def set_visit_aside(self) -> None:
        """Where what is visited was changed, let it be brought back from the action list."""
        desk = self.desk
        if desk.under is not None and desk.brought_back and desk.program.text != desk.session.text:
            earlier, desk.aside = desk.aside, desk.current
            self.keeper.set_aside(desk.aside, earlier)

    # --- programs ---

    def open_program(self, program: Kept, saying: str = "", place: SavedSession | None = None) -> None:
        """Open another program; the one on screen can be brought back from the action list.

        With a `place`, go on as and where that session was.
        """
        while self.visiting:
            self.end_visit()
        if not self.saved and not self.is_example:
            self.keeper.set_aside(self.own.current)
        self.own.program = program
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
            program, place = open_file(path)
        except FileError as error:
            self.playground.say(reason(error))
            return
        self.open_program(program, f"Opened {path}.", place)
        if place is not None and place.lesson:
            self.resume_lesson(place)

    def action_save(self) -> None:
        """Save the program to its file; ask for a name if it has none."""
        program = self.desk.program
        if not program.path:
            self.action_save_as()
        elif unchanged_outside(program):
            self._write(Path(program.path))
        else:
            self._write_if_sure(Path(program.path), "was changed by another program")

    def action_save_as(self) -> None:
        """Ask for a name and save the program under it."""
        suggestion = self.desk.program.path or self.desk.program.name
        hint = f"A name that ends in {SESSION_SUFFIX} saves the whole session."
        self.push_screen(Ask("Save the program as", suggestion, hint=hint), self._save_as)

    def _save_as(self, name: str | None) -> None:
        if name is None or not name.strip():
            return
        path = Path(os.path.expanduser(name.strip()))
        if str(path) == self.desk.program.path:
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
        text = self.desk.session.text
        whole = path.suffix == SESSION_SUFFIX
        try:
            write_program(path, to_json(replace(self.place(), name=path.stem)) if whole else text)
        except FileError as error:
            self.playground.say(f"{reason(error)} Your program is still here; save it elsewhere.")
            return
        self.desk.program = Kept(text, path.name, str(path.absolute()), text)
        self.keep()
        self.show_header()
        what = "the whole session: program, rules, place and folds" if whole else "the program"
        self.playground.say(f"Saved {what} as {path}.")

    # --- undo ---

    def place(self) -> SavedSession:
        """The session on screen, and where one stands in it."""
        return self.playground.saved(self.desk.program.name)

    def action_undo(self) -> None:
        """Go back over the last change: of the program, of the rules it runs by, or to another program."""
        self._go_to(self.desk.undo.undo(), "Nothing to undo.")

    def action_redo(self) -> None:
        """Go on again over a change that was undone."""
        self._go_to(self.desk.undo.redo(), "Nothing to redo.")

    def _go_to(self, situation: Situation | None, otherwise: str) -> None:
        if situation is None:
            self.playground.say(otherwise)
        else:
            self.desk.program = situation.program
            self.playground.go_back_to(situation.session)
            self.desk.rest()
            self.keep_soon()
