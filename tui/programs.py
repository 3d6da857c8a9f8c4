"""What the app does with programs: opens, saves and undoes them, alone or as whole sessions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from microcrad.errors import FileError
from microcrad.examples import Example
from microcrad.files.door import check_is_file, read_text, write_text
from microcrad.language.network_files import MAX_FILE
from microcrad.session.file import SavedSession, to_json
from microcrad.session.on_disk import SESSION_SUFFIX, there_is_none
from tui.app_commands import STOPS, with_keys
from tui.desk import Desks, Situation
from tui.files import open_file, unchanged_outside, write_program
from tui.keeping import Keeping
from tui.stage import Stage
from tui.state_file import Kept, StateKeeper
from tui.widgets.asking import YES, replacing
from tui.widgets.path_dialog import ask_path, path_of, reason, why_not_write
from tui.widgets.work import Work

__all__ = ["Programs"]


class Programs:
    """What is done with the program on screen, and with files."""

    def __init__(
        self,
        stage: Stage,
        desks: Desks,
        keeping: Keeping,
        keeper: StateKeeper,
        resume_lesson: Callable[[SavedSession], None],
    ) -> None:
        """`resume_lesson` goes on with the lesson that a saved session was in."""
        self._stage, self._desks, self._keeping, self._keeper = stage, desks, keeping, keeper
        self._resume_lesson = resume_lesson
        self._reading = Work(stage.app, "open")

    # --- programs ---

    def open_as(self, program: Kept, saying: str = "", place: SavedSession | None = None) -> None:
        """Open another program; the one on screen can be brought back from the action list.

        With a `place`, go on as and where that session was.
        """
        self._reading.cancel()  # What was opened last is what is wanted.
        desks = self._desks
        while desks.visiting:
            desks.end_visit()
        if not desks.own.saved and not desks.own.is_example:
            self._keeper.set_aside(desks.own.current)
        desks.own.take(program)
        self._stage.show_mode("playground")
        self._stage.playground.open(program.text, saying, place)

    def open_example(self, example: Example) -> None:
        """Open an example."""
        self.open_as(Kept(example.text, f"{example.slug}.mc"))

    def bring_back(self, kept: Kept) -> None:
        """Open a program that was set aside."""
        self.open_as(kept, f"{kept.name} is back as you left it.")

    def new(self) -> None:
        """Start an empty program."""
        self.open_as(
            Kept("", "untitled.mc"),
            with_keys("An empty program. The one before is in the action list ({command_palette})."),
        )
        self._stage.playground.focus_pane("program")

    def open(self, name: str = "", wrong: str = "") -> None:
        """Ask for a file and open the program or session in it; once more after what was `wrong` with one."""
        question = "Open the program or session"
        recent = self._keeper.state.files
        ask = ask_path(question, name, wrong=wrong, refuse=_why_not_open, earlier=recent)
        self._stage.app.push_screen(ask, self.open_path)

    def open_path(self, name: str | None) -> None:
        """Open the program or session in a file; where that fails, ask again, with what was typed."""
        if name is None or not name.strip():
            return
        path = path_of(name)
        found: list[tuple[Kept, SavedSession | None] | FileError] = []

        def reading() -> Iterator[None]:
            try:
                found.append(open_file(path))
            except FileError as error:
                found.append(error)
            yield

        def then() -> None:
            if isinstance(found[0], FileError):
                self._stage.playground.say("Nothing was opened.")
                self.open(name, reason(found[0]))
                return
            program, place = found[0]
            self._keeper.add_file(str(path.absolute()))
            self.open_as(program, f"Opened {path}.", place)
            if place is not None and place.lesson:
                self._resume_lesson(place)

        self._reading.start_aside(reading(), then)
        self._stage.playground.say(f"Reading {path}. {with_keys(STOPS)}.")

    def stop_reading(self) -> bool:
        """Leave a file that is being read unopened; False if none is."""
        stopped = self._reading.cancel()
        if stopped:
            self._stage.playground.say("Stopped. Nothing was opened.")
        return stopped

    def save(self) -> None:
        """Save the program to its file; ask for a name if it has none."""
        program = self._desks.top.program
        if not program.path:
            self.save_as()
        elif unchanged_outside(program):
            self._write(Path(program.path))
        else:
            self._write_if_sure(Path(program.path), "was changed by another program")

    def save_as(self, name: str = "", wrong: str = "") -> None:
        """Ask for a name and save the program under it; once more after what was `wrong` with one."""
        suggestion = name or self._desks.top.program.path or self._desks.top.program.name
        hint = f"A name that ends in {SESSION_SUFFIX} saves the whole session."
        ask = ask_path("Save the program as", suggestion, hint=hint, wrong=wrong, refuse=why_not_write)
        self._stage.app.push_screen(ask, self._save_as)

    def _save_as(self, name: str | None) -> None:
        if name is None or not name.strip():
            return
        path = path_of(name)
        if str(path) == self._desks.top.program.path:
            self.save()
        elif os.path.exists(path):
            self._write_if_sure(path, "is there already")
        else:
            self._write(path)

    def _write_if_sure(self, path: Path, doubt: str) -> None:
        """Ask before a file is replaced that holds something else."""
        self._stage.app.push_screen(
            replacing(str(path), doubt), lambda answer: self._write(path) if answer == YES else None
        )

    def _write(self, path: Path) -> None:
        text = self._desks.top.session.text
        whole = path.suffix == SESSION_SUFFIX
        try:
            write_program(path, to_json(self._desks.place()._replace(name=path.stem)) if whole else text)
        except FileError as error:
            self._stage.playground.say("Nothing was saved; your program is still here.")
            self.save_as(str(path), reason(error))
            return
        beside = self._put_beside(path)
        self._desks.top.take(Kept(text, path.name, str(path.absolute()), text))
        self._keeping.now()
        self._keeper.add_file(str(path.absolute()))
        self._stage.show_header()
        what = "the whole session: program, rules, place and folds" if whole else "the program"
        self._stage.playground.say(f"Saved {what} as {path}{beside}.")

    def _put_beside(self, path: Path) -> str:
        """Put the networks that the program loads beside its new file; the end of a sentence about it."""
        session, put = self._desks.top.session, []
        for name, source in session.files.sources(session.text):
            target = path.absolute().parent / name
            if not os.path.lexists(target):
                try:
                    write_text(target, read_text(source, MAX_FILE))
                except FileError as error:
                    return f". {reason(error)} The program loads it"
                put.append(name)
        return f", and {' and '.join(put)} beside it" if put else ""

    # --- undo ---

    def changed(self) -> None:
        """The text is another one: show that, keep it before long, and let it be undone."""
        self._keeping.soon()
        desk = self._desks.top
        desk.record(Situation(desk.current, self._desks.place()))

    def undo(self) -> None:
        """Go back over the last change: of the program, of the rules it runs by, or to another program."""
        self._go_to(self._desks.top.undo.undo(), "Nothing to undo.")

    def redo(self) -> None:
        """Go on again over a change that was undone."""
        self._go_to(self._desks.top.undo.redo(), "Nothing to redo.")

    def _go_to(self, situation: Situation | None, otherwise: str) -> None:
        if situation is None:
            self._stage.playground.say(otherwise)
        else:
            before, now = self._desks.top.program, situation.program
            self._desks.top.take(now)
            same = (before.name, before.path) == (now.name, now.path)
            self._stage.playground.go_back_to(situation.session, same_program=same)
            self._desks.top.rest()
            self._keeping.soon()


def _why_not_open(path: Path) -> str:
    """Why a path cannot be opened, as far as that can be seen at once; empty if it may well be."""
    try:
        check_is_file(path)
    except FileError as error:
        return reason(error)
    return "" if os.path.exists(path) else there_is_none(str(path))
