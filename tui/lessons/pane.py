"""A lesson beside the playground or training: its text, the task, an answer, and what was made of it.

The pane is shown a frozen `LessonView`; what the person does goes to the attempt, or leads the walk on. Where
there is no room beside, the same pane takes the whole screen, or a few rows below: its place decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Button, OptionList
from textual.widgets.option_list import Option

from lessons.format.lesson import Step
from lessons.format.plain_text import plain
from lessons.take.lesson_view import LessonView
from lessons.take.verdicts import Standing
from tui.lessons.answer import AnswerField, Choices
from tui.lessons.attempt import Attempt
from tui.lessons.feedback import feedback
from tui.lessons.lesson_commands import LESSON, with_keys
from tui.lessons.lesson_walk import LessonWalk
from tui.lessons.place import LessonPlace
from tui.lessons.stacking import rows_with
from tui.lessons.task_line import TaskLine
from tui.lessons.text_pane import LessonText
from tui.widgets.bars import Title
from tui.widgets.command import bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.line_field import LineField
from tui.widgets.safe_text import SafeText, Said

__all__ = ["LessonPane"]

_BUTTONS = {"check": "Check", "next": "Next", "hint": "Hint", "reset": "Reset", "skip": "Skip"}
"""The commands that have a button each, and what it says. Their keys are in the footer."""
_WAYS = {
    "beside": "{lesson} goes to the panes and back; ",
    "stacked": "{lesson} goes to the panes and back; ",
    "below": "{lesson} goes back to the lesson's text; ",
    "alone": "{lesson} goes to the panes that this is about, and back; ",
}
"""What is said before anything was tried, by where the pane is."""


def _way(place: str, step: Step) -> str:
    """How one gets to the panes, and to where the task is answered or checked."""
    then = "{answer} goes to the answer." if step.answers or step.choices else "{check} checks."
    return with_keys(_WAYS[place] + then) if place in _WAYS else ""


class LessonPane(Container):
    """One lesson on screen."""

    TABLE = LESSON
    BINDINGS = bindings(TABLE)
    action_command = run_command
    attempt: Attempt
    walk: LessonWalk
    HELP = with_keys(
        "The lesson: a text, a task, and what was made of your attempt. Everything is checked as you go; "
        "what is passed waits until you go on. Nothing can be broken: {reset} returns to where the task "
        "began."
    )

    def __init__(
        self, attempt: Attempt, walk: LessonWalk, place: LessonPlace, glyphs: Glyphs, *, id: str
    ) -> None:
        super().__init__(id=id)
        self.attempt, self.walk, self._room, self.glyphs = attempt, walk, place, glyphs
        self.view: LessonView | None = None
        self._more: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._said = ""
        self._place = ""
        """Where the pane is: `beside` the panes, `stacked` under them, `below` them, or `alone`."""
        self._rows = 0
        """The rows that it has under the panes."""
        self._step: tuple[str, int, Step] | None = None
        """The lesson and the step that are shown."""

    def compose(self) -> ComposeResult:
        yield Title("Lesson", self.glyphs, id="lesson-title", whole=True)
        yield LessonText(id="lesson")
        with Container(id="attempt"):
            yield Title("Answer", self.glyphs, id="attempt-title")
            with Horizontal(id="answer-row"):
                yield Said(id="answer-label")
                yield AnswerField(id="answer", compact=True, select_on_focus=False)
            yield Choices(id="choices", compact=True)
            yield Said(id="feedback")
            with Horizontal(id="lesson-buttons"):
                for id_, label in _BUTTONS.items():
                    button = Button(label, id=f"button-{id_}", compact=True)
                    button.can_focus = False  # Each has a key; the focus need not go round five more.
                    yield button

    def on_mount(self) -> None:
        """Say that there is something to show a lesson in."""
        self.walk.pane_ready(self)

    # --- showing ---

    def show(self, view: LessonView, more: Sequence[str] = (), curve: Sequence[str] = ()) -> None:
        """Show where the lesson stands, with lines below: a solution, how it ends; and a curve."""
        before, self.view, self._more = self.view, view, (tuple(more), tuple(curve))
        number = f"{view.lesson.ordinal} ".lstrip()
        title = self.query_one("#lesson-title", Title)
        title.head(aside=view.place.removeprefix("task "))
        title.label = f"{number}{view.lesson.title}"
        self.query_one(LessonText).show(view, more, curve)
        self.app.query_one(TaskLine).show(view)
        task = (view.lesson.id, view.index, view.step)
        if task != self._step:
            self._step = task
            self._ask(view.step)
        if before is not None and not view.answer and before.answer:  # It was begun anew.
            self.query_one("#answer", LineField).clear()
        head = self.query_one("#attempt-title", Title)
        head.label = "Answer" if view.step.answers or view.step.choices else "Task"
        tries = f"try {view.tries}, " if view.tries else ""
        hints = f"hint {len(view.hints)} of {len(view.step.hints)}" if view.step.hints else "no hints"
        head.head(aside=tries + hints)
        self.say(feedback(view, self.glyphs) or _way(self._place, view.step))
        said = self.query_one("#feedback", Said)
        for verdict in Standing:
            said.set_class(view.judgement.verdict is verdict, verdict.name.lower().replace("_", "-"))
        self.query_one("#button-next", Button).disabled = not (view.may_continue or view.done)
        self.query_one("#button-hint", Button).disabled = len(view.hints) == len(view.step.hints)

    def put(self, place: str, rows: int) -> None:
        """Take note of where the pane is now, and say how to get from there to the panes.

        `rows` are those that it has under the panes; 0 where it is not there.
        """
        self._rows = rows
        if place != self._place:
            self._place = place
            self.query_one(LessonText).from_end = place == "stacked"
            if self.view is not None:
                self.show(self.view, *self._more)
        self._fit()

    @property
    def said(self) -> str:
        """What is said in the place of what was made of the last attempt."""
        return self._said

    def say(self, text: str) -> None:
        """Say something in the place of what was made of the last attempt."""
        if text != self._said:  # A new text lays the whole screen out anew.
            self._said = text
            self.query_one("#feedback", Said).update(text)
            self._fit()

    def _fit(self) -> None:
        """Have as many rows under the panes as what is said needs."""
        rows = None
        if self._rows and self.view is not None:
            rows = rows_with(self._rows, self._said, self.view.step, self.app.size.width)
        self.styles.height = rows

    def _ask(self, step: Step) -> None:
        """Make room for what the step wants: a number, a choice, or neither."""
        self.query_one("#answer-row").display = step.answers
        field = self.query_one("#answer", LineField)
        field.clear()
        self.query_one("#answer-label", Said).update(f" {self._wanted(step)} = ")
        choices = self.query_one(OptionList)
        choices.display = bool(step.choices)
        choices.clear_options()
        choices.add_options(Option(SafeText(plain(choice.text)), id=choice.id) for choice in step.choices)
        if step.choices:
            choices.highlighted = 0

    @property
    def waits_for_a_number(self) -> bool:
        """Whether a number is to be typed that was not yet right."""
        return self.view is not None and self.view.step.answers and not self.view.passed

    @staticmethod
    def _wanted(step: Step) -> str:
        """What is asked for, in front of the field."""
        if step.asked is None:
            return "answer"
        return f"{step.asked.node}.{step.asked.field}"

    # --- focus ---

    @property
    def stops(self) -> list[Widget]:
        """What the focus goes round here, in order."""
        return [
            widget
            for name in ("#lesson", "#answer", "#choices")
            if (widget := self.query_one(name)).display
            and all(box.display for box in widget.ancestors_with_self)
        ]

    def focus_task(self) -> None:
        """Give the focus to what the task wants, or to the text if it wants something done first."""
        view = self.view
        if view is None or view.passed or view.step.names_letters:
            self._focus("#lesson")
        else:
            self.focus_answer()

    def focus_answer(self) -> None:
        """Give the focus to where the task is answered, or to the text if it is done elsewhere."""
        step = self.view.step if self.view is not None else None
        answered = "" if step is None else "#choices" if step.choices else "#answer" if step.answers else ""
        self._focus(answered or "#lesson")

    def _focus(self, wanted: str) -> None:
        target = self.query_one(wanted)
        if target in self.stops:
            target.focus()
        elif self.stops:
            self.stops[0].focus()

    def select_answer(self) -> None:
        """Let the next answer take the place of the last one."""
        self.query_one("#answer", LineField).action_select_all()

    def focus_text(self) -> None:
        """Give the focus to the text, out of a field. At once: what had it may be behind the text by now."""
        self.screen.set_focus(self.query_one(LessonText))

    def go_to_answer(self) -> None:
        """Give the focus to where the task is answered."""
        if self.view is not None and not (self.view.step.answers or self.view.step.choices):
            self.attempt.refuse("This task has no answer to type: do what it says, in the panes.")
        else:
            self.focus_answer()
            self.select_answer()

    def begin_answer(self, digit: str) -> bool:
        """Go to the field and begin an answer there; False where none is waited for, or it is not shown."""
        field = self.query_one("#answer", AnswerField)
        if not self.waits_for_a_number or field not in self.stops:
            return False
        field.value = digit
        field.cursor_position = len(digit)
        field.focus()
        return True

    def focus_end(self, by: int) -> None:
        """Give the focus to the first widget, or to the last one for a step back."""
        if self.stops:
            self.stops[0 if by > 0 else -1].focus()

    def go_round(self, by: int) -> None:
        """Give the focus to the next widget, or to the panes beside."""
        stops = self.stops
        place = next((i for i, widget in enumerate(stops) if widget.has_focus), -1) + by
        if 0 <= place < len(stops):
            stops[place].focus()
        else:
            self._room.pane_left(by)

    def on_descendant_focus(self) -> None:
        """Light the titles."""
        self._light()

    def on_descendant_blur(self) -> None:
        """Light the titles."""
        self._light()

    def _light(self) -> None:
        self.query_one("#lesson-title", Title).active = self.query_one("#lesson").has_focus
        self.query_one("#attempt-title", Title).active = any(
            self.query_one(name).has_focus for name in ("#answer", "#choices")
        )

    # --- what the person does ---

    async def on_key(self, event: Key) -> None:
        """Give a key to where it means something: the answer, the lesson, or the panes beside it."""
        character = event.character or ""
        in_field = self.query_one("#answer").has_focus
        if not (event.is_printable and character) or (in_field and not self._is_key(character)):
            return
        if (character.isdecimal() or character == "-") and self.begin_answer(character):
            event.stop()
            return
        row = next((each for each in LESSON if event.key in each.keys.split(",")), None)
        mode = self.walk.shown
        if row is not None:
            event.stop()
            await run_command(self, row.id)
        elif mode is not None and not self._moves_here(event.key):
            there = next((each for each in mode.TABLE if event.key in each.keys.split(",")), None)
            if there is not None:
                event.stop()
                self._room.show_panes(keep=in_field)
                await run_command(mode, there.id)

    def _is_key(self, character: str) -> bool:
        return self.query_one("#answer", AnswerField).is_key(character)

    def _moves_here(self, key: str) -> bool:
        """Whether a letter moves the cursor of the choices, or the text."""
        return key in ("j", "k")

    def on_input_submitted(self, event: LineField.Submitted) -> None:
        """Take the answer; without one, check where things stand."""
        event.stop()
        if event.value.strip():
            self.attempt.answer(event.value)
        else:
            self.attempt.check()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the choice."""
        event.stop()
        if event.option_id is not None:
            self.attempt.choose(event.option_id)

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the button says."""
        event.stop()
        await run_command(self, str(event.button.id).removeprefix("button-"))
