"""The list of lessons: parts, minutes, how far one is, what comes first, what is due for a second look."""

from __future__ import annotations

import random
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from lessons.format.lesson import PARTS, Lesson
from lessons.format.plain_text import plain
from lessons.format.questions import Asking
from lessons.progress.progress import LessonProgress
from lessons.progress.recall import Due, due, is_due
from lessons.words import state_of
from tui.lessons.answer import cursor_rows
from tui.lessons.lesson_walk import LessonWalk
from tui.lessons.library import Library, Questions
from tui.lessons.place import LessonPlace
from tui.lessons.quick import QuickQuestions
from tui.widgets.bars import Title
from tui.widgets.coming import Coming
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.dialogs import Ask, Choose
from tui.widgets.glyphs import Glyphs
from tui.widgets.marked_list import MarkedList
from tui.widgets.safe_text import SafeText, Said
from tui.widgets.wrap import fit

__all__ = ["LessonsMode"]

_ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V"}
_MOST = 96
"""Cells a row takes at the most, so that what belongs together stands together."""
_WIDE = 100
"""The width from which what is told about a lesson needs a row less."""
_BESIDE = {"playground": "the playground", "train": "training"}
_COLUMNS = 28
"""Cells right of a lesson's title: minutes, state, whether a question is due."""


class LessonRows(MarkedList):
    """The rows."""

    TABLE = (
        Command("start", "enter", "Start", "Start the chosen lesson, or go on", OptionList.action_select,
                footer=True, listed=False),
        *cursor_rows(),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command


class LessonsMode(Coming):
    """All lessons, one of them chosen and told about below."""

    TABLE: tuple[Command[LessonsMode], ...] = (
        Command("find", "slash", "Find", "Find a lesson by a word of its title", lambda list_: list_.find(),
                ("search", "grep"), footer=True),
        Command("questions", "q", "Questions", "Answer the quick questions that are due",
                lambda list_: list_.ask_questions(), ("quick", "recall", "repeat"), footer=True),
        Command("anew", "a", "Anew", "Take the chosen lesson again from its first task",
                lambda list_: list_.start(anew=True), ("again", "restart", "reset"), footer=True),
        Command("practise", "p", "Practise", "Practise: tasks without end, made as you go",
                lambda list_: list_.walk.practise(), footer=True, listed=False),
        Command("leave", "x", "Leave", "Leave the lesson that is open; your place in it is kept",
                lambda list_: list_.walk.leave_for_list(), ("quit", "exit", "close")),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    COMING = "Reading the lessons."
    walk: LessonWalk
    HELP = (
        "Every lesson: enter starts the chosen one, or goes on where you left it. What should come first is "
        "advice, nothing is locked. A question mark says that a quick question about a lesson is due. "
        "Practice has tasks without end, made by what you get right."
    )

    def __init__(
        self,
        library: Library,
        place: LessonPlace,
        questions: Questions,
        walk: LessonWalk,
        glyphs: Glyphs,
        *,
        id: str,
    ) -> None:
        super().__init__(id=id)
        self._library, self._place, self._questions, self.walk = library, place, questions, walk
        self.glyphs = glyphs
        self._sought = ""

    def compose(self) -> ComposeResult:
        yield Title("Lessons", self.glyphs, id="list-title")
        yield LessonRows(id="lesson-list", compact=True, markup=False)
        with Container(id="about-box"):
            yield Title("About", self.glyphs, id="about-title")
            yield Said(id="about")

    def on_mount(self) -> None:
        """Show the list, the first lesson that is not done chosen."""
        self.query_one("#list-title", Title).active = True
        self._fill()  # At once: enter, typed right behind what shows the list, starts the chosen lesson.
        self.return_to()

    # --- showing ---

    def return_to(self) -> None:
        """Show all lessons as they stand now, and give the focus to the list."""
        self.refresh_list()
        self.query_one(OptionList).focus()

    def refresh_list(self) -> None:
        """Show all lessons as they stand now; what was chosen stays so."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        list_ = self.query_one(OptionList)
        before = self.chosen
        lessons, progress = self._library.catalogue.lessons, self._library.progress.progress
        list_.clear_options()
        part, first = None, self._next
        for lesson in lessons:
            if lesson.part != part:
                part = lesson.part
                heading = f"{_ROMAN[part]}  {PARTS[part]}" if part else "Your own"
                list_.add_option(Option(SafeText(heading, "bold"), disabled=True))
            done = progress.of(lesson.id)
            list_.add_option(Option(self._row(lesson, done), id=lesson.id))
        done_count = sum(progress.of(lesson.id).finished is not None for lesson in lessons)
        title = self.query_one("#list-title", Title)
        count = f"{done_count} of {len(lessons)} done"
        if language := self._library.language:
            count = f"{sum(lesson.language == language for lesson in lessons)} in {language}   {count}"
        waiting = len(self.due_now)
        if waiting:
            count = f"{waiting} quick question{'' if waiting == 1 else 's'} due: q   {count}"
        title.head(aside=count)
        self.choose(before.id if before is not None else first.id if first is not None else "")
        if not lessons:
            self._tell(None)

    @property
    def _next(self) -> Lesson | None:
        """The lesson that was left last, or once that is done the next one that is not."""
        lessons, progress = self._library.catalogue.lessons, self._library.progress.progress
        open_ = [lesson for lesson in lessons if progress.of(lesson.id).finished is None]
        begun = [(left, lesson) for lesson in lessons if (left := progress.of(lesson.id).left) is not None]
        if begun:
            _, last = max(begun, key=lambda each: each[0])
            return next((each for each in lessons[lessons.index(last) :] if each in open_), last)
        return next(iter(open_), None)

    def _row(self, lesson: Lesson, done: LessonProgress) -> SafeText:
        width = min(max(self.size.width - 4, 40), _MOST)
        mark = self.glyphs.passed if done.finished is not None else " "
        taking = self._place.taking
        open_ = taking is not None and taking.lesson.id == lesson.id
        state = "open" if open_ else state_of(lesson, done)
        due_ = "?" if is_due(lesson, done, datetime.now().date()) else " "
        minutes = f"{lesson.minutes} min" if lesson.minutes else ""
        title = fit(f"{lesson.ordinal:>3}  {lesson.title}", width - _COLUMNS, self.glyphs.ellipsis)
        return SafeText(f"{mark} {title}{minutes:>7}  {state:<14}{due_}")

    @property
    def due_now(self) -> list[Due]:
        """The quick questions to ask now, at most two."""
        library, today = self._library, datetime.now().date()
        return due(library.catalogue.lessons, library.progress.progress, today, random.Random())

    @property
    def chosen(self) -> Lesson | None:
        """The chosen lesson."""
        list_ = self.query_one(OptionList)
        if list_.highlighted is None:
            return None
        id_ = list_.get_option_at_index(list_.highlighted).id
        return None if id_ is None else self._library.catalogue.find(id_)

    def choose(self, id_: str) -> None:
        """Choose a lesson, if it is there."""
        list_ = self.query_one(OptionList)
        for index, option in enumerate(list_.options):
            if option.id == id_:
                list_.highlighted = index

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tell about the chosen lesson."""
        event.stop()
        self._tell(self.chosen)

    def _tell(self, lesson: Lesson | None) -> None:
        about = SafeText()
        if lesson is None:
            folder = self._library.folder
            where = f" in {folder}" if folder is not None else ""
            about.append(f"No lessons{where}. Try: microcrad lessons new ID.")
        else:
            progress = self._library.progress.progress
            facts = [
                f"{len(lesson.steps)} tasks",
                f"beside {' and '.join(dict.fromkeys(_BESIDE[step.mode] for step in lesson.steps))}",
            ]
            if lesson.minutes:
                facts.insert(0, f"{lesson.minutes} minutes")
            about.append(lesson.title, "bold")
            about.append(f"   {', '.join(facts)}\n")
            if lesson.misconception:
                about.append("What many believe: ", "bold")
                about.append(f"{plain(lesson.misconception)}\n")
            if lesson.teaches:
                about.append("Teaches: ", "bold")
                about.append(f"{', '.join(lesson.teaches)}\n")
            if lesson.needs:
                needs = []
                for need in lesson.needs:
                    other = self._library.catalogue.find(need)
                    mark = self.glyphs.passed if progress.of(need).finished is not None else "not yet done"
                    needs.append(f"{other.ordinal} {other.title} ({mark})" if other else need)
                about.append("Best after: ", "bold")
                about.append("; ".join(needs))
        self.query_one("#about", Said).update(about)

    def on_resize(self) -> None:
        """Lay the rows out for the new width."""
        self.set_class(self.size.width >= _WIDE, "wide")
        self.refresh_list()

    # --- what the person does ---

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Start the lesson."""
        event.stop()
        self.start()

    def start(self, *, anew: bool = False) -> None:
        """Start the chosen lesson, or go on with it; ask before what was done is begun anew."""
        lesson = self.chosen
        if lesson is None:
            return
        done = self._library.progress.progress.of(lesson.id)
        if done.finished is None and not (anew and done.at):
            self.walk.choose(lesson, anew=anew)
            return
        options = [
            ("leave", "Leave it", "It is done.")
            if done.finished
            else ("on", "Go on with it", "Where you left it."),
            ("anew", "Take it again", "It begins at its first task. What you passed stays passed."),
        ]

        def chosen(way: str | None) -> None:
            if way in ("anew", "on"):
                self.walk.choose(lesson, anew=way == "anew")

        self.app.push_screen(Choose(f"{lesson.title}: take it from the beginning?", options), chosen)

    def find(self) -> None:
        """Ask for a word."""
        self.app.push_screen(Ask("Find a lesson by a word of its title", self._sought), self._find)

    def _find(self, text: str | None) -> None:
        if not text or not text.strip():
            return
        self._sought = text
        word = text.strip().lower()
        lessons = self._library.catalogue.lessons
        found = [each for each in lessons if word in f"{each.number} {each.id} {each.title}".lower()]
        found = found or [each for each in lessons if word in " ".join(each.teaches).lower()]
        if not found:
            self.query_one("#about", Said).update(f"No lesson has {text.strip()!r} in its title.")
            return
        chosen = self.chosen
        place = found.index(chosen) + 1 if chosen in found else 0
        self.choose(found[place % len(found)].id)

    def ask_questions(self) -> None:
        """Ask the quick questions that are due."""
        waiting = self.due_now
        if waiting:
            self.app.push_screen(QuickQuestions(waiting, self._library.progress, self.glyphs), self._asked)
        else:
            none = "No quick question is due. They come a day after a lesson is finished, then less often."
            self.query_one("#about", Said).update(none)

    def _asked(self, opened: Asking | None) -> None:
        self._fill()
        self._questions.count()
        if opened is not None:
            self.walk.open_question(opened)
