"""The program of a lesson in plain text: written line by line, walked, and asked about its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from lessons.kinds.base import LESSON_LIMITS
from lessons.take.owned import owned
from lessons.take.taking import Taking
from microcrad.language.parser import parse
from microcrad.run.told import UNKNOWN
from microcrad.session.moves import MOVES, make_move
from microcrad.session.session import Session
from microcrad.text.near import did_you_mean
from microcrad.timeline.log import View
from tui.commands import lesson_lines as words
from tui.commands import outcome
from tui.commands.program_lines import Edit, inserted, moved, replaced
from tui.commands.spoken import Moves, Spoken
from tui.playground.checks import nothing_found

__all__ = ["WrittenProgram"]


class WrittenProgram:
    """What is said to changes of the program, to walking through its run, and to questions about it."""

    ANYTHING_ELSE = "Anything else is a line of the program, added at its end."
    """What else may be said, for the help."""

    def __init__(self, taking: Taking, session: Session, check: Callable[[], Iterator[str]]) -> None:
        """`check` is done once something has changed, and says what comes of it, if it is something else."""
        self._taking, self._session, self._check = taking, session, check
        self.moves = Moves(taking, self._where, check)

    # --- showing ---

    def task(self) -> Iterator[str]:
        """What is said with a task: the program that it is about."""
        yield ""
        yield from words.program(self._session.moment)

    def stands(self) -> Iterator[str]:
        """Where it stands, besides its lines."""
        yield from words.playground(self._session.moment, lines=False)

    def show(self) -> Iterator[str]:
        """Everything there is to see."""
        yield from words.playground(self._session.moment)
        yield from words.curve(self._taking.plot)
        yield from words.owned(owned(self._taking.step, self._session))

    def _where(self) -> Iterator[str]:
        """Where a move has led."""
        session = self._session
        if session.notice:
            yield session.notice
        if session.fault is not None and session.run.fault not in (None, UNKNOWN):
            yield words.banner(session.run.fault)
        moment = session.moment
        if moment.event is not None:
            yield f"line {moment.line}: {moment.told}"
        if moment.snapshot.ended:
            yield "This is the end of the program."

    # --- writing ---

    @property
    def _text(self) -> str:
        text = self._session.text
        return text if text.endswith("\n") or not text else f"{text}\n"

    def other(self, line: str, sayable: Iterable[str]) -> Iterator[str]:
        """Write a line at the end; a lone word that is no node may be meant as one that is `sayable`."""
        word, names = line.strip(), self._session.snapshot.names
        if word.isidentifier() and word not in names:
            advice = did_you_mean(word, [*sayable, *names])
            yield f"{word} is neither a node nor anything one can say here.{advice} help lists it all."
        else:
            yield from self.write(f"{self._text}{line.rstrip()}\n")

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
            yield nothing_found(session.snapshot)
            return
        found = session.go_to_finding(place)
        yield f"line {found.line}: {found.text}"
        yield from self._check()

    @property
    def _not_yet(self) -> str:
        """Why something may not be said yet, and what there is to say first."""
        telling = self._session.telling
        return f"{telling.refusal} Say: answer NUMBER" if telling.field else telling.refusal

    # --- what can be said ---

    def said_by(self, key: str) -> str:
        """What a key stands for, as the texts name it; empty if it is none."""
        if key == "v":
            views = list(View)
            return f"view {views[(views.index(self._session.view) + 1) % len(views)]}"
        return _KEYS.get(key, "")

    @property
    def commands(self) -> Mapping[str, Spoken[WrittenProgram]]:
        """What can be said to it."""
        return _COMMANDS

    def hear(self, word: str, said: str) -> Iterator[str]:
        """What is said to one of its commands, with what came after its word."""
        return _COMMANDS[word].does(self, said)


_KEYS = {
    "n": "next event", "p": "previous event", "b": "backward start", "C": "gradcheck", "w": "diagnose",
    "f": "fault",
}  # fmt: skip


def _go(place: str, id: str, takes: str = "") -> Spoken[WrittenProgram]:
    """To a place that has a word, as the session's move of that id leads there."""
    does = MOVES[id].does
    return Spoken(lambda its, _: its.moves.make("go", place), takes, does[0].lower() + does[1:])


def _move(name: str, takes: str, about: str) -> Spoken[WrittenProgram]:
    """A move of scripts, with what was said after its word."""
    return Spoken(lambda its, said: its.moves.make(name, said), takes, about)


def _edit(edit: Edit, takes: str, about: str) -> Spoken[WrittenProgram]:
    """A change of lines by their numbers."""
    return Spoken(lambda its, said: its.edit(edit, said), takes, about)


_COMMANDS: Mapping[str, Spoken[WrittenProgram]] = {
    "previous": _go("previous", "previous", "event"),
    "backward": _go("backward", "start_of_backward", "start"),
    ">": _go("end", "last"),
    "<": _go("start", "first"),
    "go": _move("go", "PLACE", "go to start, end, line 4, event 7, event send y to x or backward 2"),
    "select": _move("select", "NODE", "select a node"),
    "view": _move("view", "VIEW", "walk by math, memory or all"),
    "fault": _move("fault", "NAME", "switch a fault on, or none"),
    "ownership": _move("ownership", "RULES", "auto or manual"),
    "gradcheck": Spoken(
        lambda its, _: its.gradcheck(), "", "check every leaf's grad against its finite difference, as C does"
    ),
    "diagnose": Spoken(
        lambda its, _: its.diagnose(),
        "",
        "go to where a nan comes from, or a gradient is lost; then on, as w does",
    ),
    "line": _edit(replaced, "NUMBER TEXT", "replace a line of the program; without a text, delete it"),
    "insert": _edit(inserted, "NUMBER TEXT", "write a line that has this number then"),
    "move": _edit(moved, "NUMBER NUMBER", "move a line to where it has the second number"),
    "node": Spoken(
        WrittenProgram.node, "NODE", "one node: its number, its grad, what it is made of, who holds it"
    ),
    "clear": Spoken(lambda its, _: its.write(""), "", "empty the program"),
}
