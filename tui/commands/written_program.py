"""The program of a lesson in plain text: written line by line, and asked about its nodes and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lessons.kinds.base import LESSON_LIMITS
from lessons.take.taking import Taking
from microcrad.language.parser import parse
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.text.near import did_you_mean
from tui.commands import lesson_lines as words
from tui.commands import outcome
from tui.commands.program_lines import Edit
from tui.playground.checks import NOTHING_FOUND

__all__ = ["WrittenProgram"]


class WrittenProgram:
    """What is said to changes of the program, and to questions about it."""

    def __init__(self, taking: Taking, session: Session, check: Callable[[], Iterator[str]]) -> None:
        """`check` is done once something has changed, and says what comes of it, if it is something else."""
        self._taking, self._session, self._check = taking, session, check

    # --- writing ---

    @property
    def _text(self) -> str:
        text = self._session.text
        return text if text.endswith("\n") or not text else f"{text}\n"

    def add(self, line: str, sayable: Iterable[str]) -> Iterator[str]:
        """Write a line at the end; a lone word that is no node may be meant as one that is `sayable`."""
        word, names = line.strip(), self._session.snapshot.names
        if word.isidentifier() and word not in names:
            advice = did_you_mean(word, [*sayable, *names])
            yield f"{word} is neither a node nor anything one can say here.{advice} help lists it all."
        else:
            yield from self.write(f"{self._text}{line}\n")

    def edit(self, edit: Edit, rest: str) -> Iterator[str]:
        """Change a line by its number."""
        done = edit(self._text, rest)
        if done.text is None:
            yield done.refusal
        else:
            yield from self.write(done.text)

    def write(self, text: str) -> Iterator[str]:
        """Put a new program in the old one's place, if it can be read; a loop may still lack its body."""
        session = self._session
        errors = parse(text).errors
        if errors and not text.rstrip("\n").endswith(":"):
            yield f"Nothing was changed. {errors[0]}"
            return
        session.set_text(text, limits=LESSON_LIMITS)
        if self._taking.view.may_run:
            make_move(session, "last")  # As at a prompt: what was written has happened.
        if session.up_to_date:
            yield from (str(error) for error in session.errors)
            yield from self._check()

    # --- asking ---

    def node(self, name: str) -> Iterator[str]:
        """One node: its number, its grad, what it is made of, who holds it."""
        moment = self._session.moment.snapshot
        found = moment.node_called(name)
        if found is None:
            yield outcome.no_such_node(moment, name)
        else:
            yield from outcome.explanation(moment, found, plain=True)

    def gradcheck(self) -> Iterator[str]:
        """Check every leaf's grad against its finite difference."""
        if self._session.telling.refusal:
            yield self._not_yet
        else:
            yield from words.checked(self._session.graph_check)

    def diagnose(self) -> Iterator[str]:
        """Go to a finding, and check: its node is selected now."""
        session = self._session
        if session.telling.refusal:
            yield self._not_yet
            return
        place = session.next_finding()
        if place is None:
            yield NOTHING_FOUND
            return
        found = session.go_to_finding(place)
        yield f"line {found.line}: {found.text}"
        yield from self._check()

    @property
    def _not_yet(self) -> str:
        """Why something may not be said yet, and what there is to say first."""
        telling = self._session.telling
        return f"{telling.refusal} Say: answer NUMBER" if telling.field else telling.refusal
