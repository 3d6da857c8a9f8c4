"""Quick questions from lessons finished some time ago: one after another, with new numbers, none a duty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from lessons.fields.answers import AnswerError, parse_number
from lessons.format.plain_text import plain
from lessons.progress.progress_file import ProgressKeeper
from lessons.progress.recall import Due
from microcrad.text.notices import in_words
from microcrad.text.numbers import short
from tui.widgets.command import Command, bindings, key_in, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.line_field import LineField
from tui.widgets.safe_text import SafeText, Said

__all__ = ["QuickQuestions"]


class QuickQuestions(ModalScreen[None]):
    """A few questions; esc leaves, and what was not answered comes again."""

    AUTO_FOCUS = "#quick-answer"
    TABLE: tuple[Command[QuickQuestions], ...] = (
        # The field itself takes enter.
        Command("accept", "enter", "Answer", "Answer, or go on", lambda questions: None),
        Command("leave", "escape", "Leave", "Leave the questions", lambda questions: questions.dismiss(None)),
    )
    BINDINGS = bindings(TABLE)
    action_command = run_command

    def __init__(self, waiting: Sequence[Due], keeper: ProgressKeeper, glyphs: Glyphs) -> None:
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
        self.query_one(LineField).clear()
        self._answered = False
        self._say(_with_keys("{accept} answers; without an answer it is asked another time; {leave} leaves"))

    def _say(self, text: str) -> None:
        self.query_one("#quick-said", Said).update(text)

    def on_input_submitted(self, event: LineField.Submitted) -> None:
        """Take an answer, or go on to the next question."""
        event.stop()
        if self._answered or not event.value.strip():
            self._go_on()
            return
        each = self._waiting[self._place]
        try:
            right = each.asking.right(parse_number(event.value))
        except AnswerError as error:
            self._say(str(error))
            return
        id_ = each.lesson.id
        self._keeper.change(lambda progress: progress.asked(id_, datetime.now(UTC), right=right))
        self._answered = True
        number = short(each.asking.answer)
        said = (
            f"{self._glyphs.passed} Right: {number}."
            if right
            else f"{self._glyphs.error} Not this time: it is {number}. It will be asked again tomorrow."
        )
        self._say(f"{said} {_with_keys('{accept} goes on.')}")

    def _go_on(self) -> None:
        self._place += 1
        if self._place < len(self._waiting):
            self._ask()
        else:
            self.dismiss(None)


def _with_keys(text: str) -> str:
    return in_words(text, key_in(QuickQuestions.TABLE))
