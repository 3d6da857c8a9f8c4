"""Quick questions from lessons finished some time ago: one after another, with new numbers, none a duty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from lessons.fields.answers import AnswerError, parse_number, writes_commas
from lessons.format.plain_text import plain
from lessons.format.questions import Asking
from lessons.progress.progress_file import ProgressKeeper
from lessons.progress.recall import Due
from lessons.words import answered
from microcrad.text.notices import in_words
from tui.widgets.command import Command, bindings, key_in, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.line_field import LineField
from tui.widgets.safe_text import SafeText, Said

__all__ = ["QuickQuestions"]


class QuickQuestions(ModalScreen[Asking | None]):
    """A few questions; esc leaves, and what was not answered comes again.

    It ends with the question whose program is to be opened in the playground, if one is.
    """

    AUTO_FOCUS = "#quick-answer"
    TABLE: tuple[Command[QuickQuestions], ...] = (
        # The field itself takes enter, as long as it is there to answer in.
        Command("accept", "enter", "Answer", "Answer, or go on", lambda questions: questions.go_on()),
        Command("open", "o", "Open", "Open the program of the answered question in the playground",
                lambda questions: questions.open()),
        Command("leave", "escape", "Leave", "Leave the questions", lambda questions: questions.dismiss(None)),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command

    def __init__(self, waiting: Sequence[Due], keeper: ProgressKeeper | None, glyphs: Glyphs) -> None:
        """`keeper` is told of answers; without one nothing is kept."""
        super().__init__()
        self._waiting = list(waiting)
        self._keeper = keeper
        self._glyphs = glyphs
        self._place = 0
        self._answered = False
        """Whether the question on screen was answered, so that enter goes on."""

    def compose(self) -> ComposeResult:
        with Vertical(id="quick"):
            yield Said(id="quick-question")
            yield LineField(id="quick-answer", placeholder="a number")
            yield Said(id="quick-said")

    def on_mount(self) -> None:
        """Ask the first one."""
        self._ask()

    def _ask(self) -> None:
        each = self._waiting[self._place]
        question = SafeText()
        question.append(
            f"Question {self._place + 1} of {len(self._waiting)}, from {each.lesson.title}\n\n",
            "bold",
        )
        question.append("".join(f"    {line}\n" for line in each.asking.program.rstrip().split("\n")))
        question.append(f"\n{plain(each.asking.text)}")
        self.query_one("#quick-question", Said).update(question)
        field = self.query_one(LineField)
        field.clear()
        field.disabled = False
        field.focus()
        self._answered = False
        later = "; without an answer it is asked another time" if self._keeper is not None else ""
        self._say(_with_keys(f"{{accept}} answers{later}; {{leave}} leaves"))

    def _say(self, text: str) -> None:
        self.query_one("#quick-said", Said).update(text)

    def on_input_submitted(self, event: LineField.Submitted) -> None:
        """Take an answer, or go on to the next question."""
        event.stop()
        if self._answered or not event.value.strip():
            self.go_on()
            return
        each = self._waiting[self._place]
        try:
            answer = parse_number(event.value, comma=writes_commas(each.lesson.language))
        except AnswerError as error:
            self._say(str(error))
            return
        id_, right = each.lesson.id, each.asking.right(answer)
        if self._keeper is not None:
            self._keeper.change(lambda progress: progress.asked(id_, datetime.now(UTC), right=right))
        self._answered = True
        field = self.query_one(LineField)
        field.disabled = True  # From here on letters are keys.
        self.set_focus(None)
        ways = "{accept} goes on; {open} opens it in the playground"
        mark = self._glyphs.passed if right else self._glyphs.error
        self._say(
            f"{mark} {answered(each.asking, answer, kept=self._keeper is not None)} {_with_keys(ways)}."
        )

    def open(self) -> None:
        """End with the question that was answered, so that its program is opened."""
        if self._answered:
            self.dismiss(self._waiting[self._place].asking)

    def go_on(self) -> None:
        """Ask the next question; after the last one, end."""
        self._place += 1
        if self._place < len(self._waiting):
            self._ask()
        else:
            self.dismiss(None)


def _with_keys(text: str) -> str:
    return in_words(text, key_in(QuickQuestions.TABLE))
