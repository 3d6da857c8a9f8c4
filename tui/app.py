"""The app: three modes behind one header, keys that work everywhere, and what is kept between launches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from textual import work
from textual.app import App, ComposeResult, ScreenError
from textual.command import Provider
from textual.containers import Container
from textual.driver import Driver
from textual.events import DescendantFocus, Paste
from textual.screen import Screen

from microcrad.run.interpreter import TYPING
from microcrad.session.file import SavedSession, restore
from microcrad.session.session import Session
from tui.app_commands import APP, with_keys
from tui.desk import Desk, Desks
from tui.ending import Ending
from tui.heading import heading
from tui.keeping import Keeping
from tui.keyboard import Ended, Passed, Undecoded
from tui.leaving import leave_nearest
from tui.lessons.attempt import Attempt
from tui.lessons.lesson_keys import LESSON_KEYS
from tui.lessons.lesson_walk import LessonWalk, left_at, left_in
from tui.lessons.library import Library, Questions
from tui.lessons.place import LessonPlace
from tui.lessons.rereading import LOOK_SECONDS, Rereading
from tui.pasting import Pasting
from tui.playground.screen import Playground
from tui.playground.what_to_say import invitation
from tui.programs import Programs
from tui.stage import Stage
from tui.state_file import Kept, StateKeeper
from tui.widgets.bars import Header
from tui.widgets.command import bindings, run_command
from tui.widgets.footer import Footer
from tui.widgets.glyphs import Glyphs, ascii_signs, choose
from tui.widgets.safe_text import SafeApp, SafeText
from tui.widgets.styles import read_styles
from tui.widgets.themes import THEMES, VARIABLES
from tui.work_screen import WorkScreen

if TYPE_CHECKING:  # The first frame waits neither for lessons, without one, nor for training.
    from lessons.format.lesson import Lesson
    from tui.lessons.lesson_list import LessonsMode
    from tui.lessons.pane import LessonPane
    from tui.lessons.task_line import TaskLine
    from tui.palette import ListEntry
    from tui.train.marked_sample import Marked

__all__ = ["PlaygroundApp"]

_LESSON_STYLES = "lessons/lessons.tcss"


def _action_list() -> type[Provider]:
    from tui.palette import ActionList

    return ActionList


class PlaygroundApp(SafeApp):
    """microcrad on a screen."""

    CSS_PATH = Path(__file__).with_suffix(".tcss")
    TITLE = "microcrad"
    ENABLE_COMMAND_PALETTE = False  # Textual would give it a key of its own beside those of the table.
    COMMANDS = {_action_list}
    TABLE = (*APP, *LESSON_KEYS)
    BINDINGS = [
        *bindings(row for row in TABLE if row.id != "quit"),
        *bindings((row for row in TABLE if row.id == "quit"), priority=True),  # In every dialog as well.
    ]
    AUTO_FOCUS = "#graph"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]
    action_command = run_command

    stage: Stage
    desks: Desks
    keeping: Keeping
    programs: Programs
    pasting: Pasting
    ending: Ending
    library: Library
    questions: Questions
    place: LessonPlace
    attempt: Attempt
    walk: LessonWalk
    rereading: Rereading

    def __init__(
        self,
        program: Kept,
        keeper: StateKeeper,
        *,
        saying: str = "",
        glyphs: Glyphs | None = None,
        lesson: Lesson | None = None,
        lessons_folder: Path | None = None,
        language: str = "",
        theme: str = "",
        place: SavedSession | None = None,
        driver_class: type[Driver] | None = None,
        then: Callable[[], None] | None = None,
    ) -> None:
        self.glyphs = glyphs or choose()
        super().__init__(driver_class, None if self.glyphs.blocks else ascii_signs())
        self.use_command_palette = True
        self.keeper = keeper
        self._opened_at = place or left_at(program)
        self._left_in = place or left_in(program)
        """The session of the lesson that was left open, if one was."""
        self._lesson = lesson
        self._opening = saying
        self._then = then
        """What is done once the first frame is there."""
        self._own(program, lessons_folder, language)
        for known in THEMES.values():
            self.register_theme(known)
        wanted = theme or keeper.state.theme
        self.theme = wanted if wanted in self.available_themes else THEMES["dark"].name

    def _own(self, program: Kept, lessons_folder: Path | None, language: str) -> None:
        """Make what the app consists of, each part from those it uses."""
        self.stage = Stage(
            self, self.glyphs, heading=lambda: heading(self.stage, self.desks, self.place),
            training=lambda: self.keeper.state.training,
            lesson_list=partial(_lesson_list, self), shown=self._mode_shown,
        )  # fmt: skip
        session = Session("" if self._opened_at else program.text, limits=TYPING, folder=program.folder)
        if self._opened_at is not None:
            restore(session, self._opened_at, limits=TYPING)
        self.desks = Desks(Desk(program._replace(lesson="", place=""), session), self.stage, self.keeper)
        self.keeping = Keeping(self.stage, self.desks, self.keeper, lambda: self.walk.kept())
        self.library = Library(lessons_folder, language, self._warn)
        self.questions = Questions(self.stage, self.library)
        self.place = LessonPlace(self.stage, self.desks)
        self.attempt = Attempt(self.stage, self.place, self.library, self.keeping)
        self.walk = LessonWalk(
            self.stage, self.desks, self.place, self.attempt, self.library, self.keeping,
            partial(_lesson_pane, self),
        )  # fmt: skip
        self.rereading = Rereading(self.stage, self.place, self.attempt, self.walk, self.library)
        self.programs = Programs(self.stage, self.desks, self.keeping, self.keeper, self.walk.resume)
        self.pasting = Pasting(self.stage, self.programs)
        self.ending = Ending(
            self, self.keeping.last, self.keeper.path, lambda: self.desks.own.current.is_only_here
        )

    def _warn(self, problem: str) -> None:
        self.notify(problem, severity="warning")

    # --- looks ---

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours, for themes that do not set them."""
        return VARIABLES

    def refresh_css(self, animate: bool = True) -> None:
        """Take a theme over; one that is set before there is a screen needs no second parse of all styles."""
        if _has_no_screen(self):
            self.stylesheet.set_variables(self.get_css_variables())
        else:
            super().refresh_css(animate)

    def choose_theme(self, word: str) -> None:
        """Change the theme, remember it, and say so: two may look alike here."""
        self.theme = THEMES[word].name
        self.keeper.set_theme(self.theme)
        self.notify(f"Theme: {word}. The next start has it too.")
        self.call_after_refresh(self._show_anew)  # Rows are made with their colours, which come only then.

    def _show_anew(self) -> None:
        self.playground.show_panes()
        if self.stage.train is not None:
            self.stage.train.showing.show()

    # --- the first frame ---

    def get_default_screen(self) -> Screen[None]:
        """The screen of the three modes."""
        return WorkScreen(id="_default")

    def compose(self) -> ComposeResult:
        yield Header(self.glyphs)
        with Container(id="work"), Container(id="modes"):
            # The others come when they are first shown: the first frame waits for neither NumPy nor lessons.
            yield Playground(self.desks.own.session, self.glyphs, id="playground")
        yield Footer()

    def on_mount(self) -> None:
        if self._opened_at is not None:
            self.playground.whereabouts.come_back(self._opened_at)
        if self._opening:
            self.playground.say(self._opening)
        if self.keeper.problem:
            self._warn(self.keeper.problem)
        self.stage.show_header()
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        if self._then is not None:
            self.call_after_refresh(self._then)
        if self._lesson is not None:
            self.walk.start(self._lesson)
        elif self._left_in is not None and self._left_in.lesson:
            self.walk.resume(self._left_in)
        self.call_after_refresh(self.questions.mention)
        if self._lesson is not None or self.library.folder is not None:  # Ours change under nobody's hands.
            self.set_interval(LOOK_SECONDS, self.rereading.look)

    @property
    def playground(self) -> Playground:
        """The playground, shown or not."""
        return self.stage.playground

    # --- modes ---

    def _mode_shown(self) -> None:
        """Another mode is on screen: leave what list or Train lead back from; panes have their room."""
        if self.stage.mode == "lessons":
            self.place.lay_aside()
            self.attempt.let_go()
        if self.stage.mode == "train" and self.desks.top.leaves_to == "train":
            self.desks.end_visit()
        self.place.arrange(alone=False)

    def give_back(self) -> None:
        """Leave what is nearest."""
        leave_nearest(self.stage, self.desks, self.programs, self.place)

    def on_exit_app(self) -> None:
        """Keep the program, also when the app is told from outside to leave."""
        self.keeping.end()

    def on_ended(self, message: Ended) -> None:
        """Leave as a signal asks for, with the code that a shell gives it."""
        self.ending.told(message.signal)

    def panic(self, *renderables: RenderableType) -> None:
        """Leave because something failed: with a sentence, and what there is kept."""
        self._fatal_error()

    def _handle_exception(self, error: Exception) -> None:
        if self._exit:  # It leaves already: what was only half made by then is no failure of it.
            self.keeping.end()
            self._close_messages_no_wait()
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._return_code = 1
        self._exit_renderables[:] = [SafeText(self.ending.failed(self._exception), overflow="fold")]
        self._close_messages_no_wait()

    # --- what is typed ---

    def on_passed(self, message: Passed) -> None:
        """A key was dealt with."""
        message.tell(self)

    def on_undecoded(self, message: Undecoded) -> None:
        """Say why what was typed or pasted looks otherwise here."""
        some = "1 byte that is" if message.count == 1 else f"{message.count:,} bytes that are"
        each = "it is" if message.count == 1 else "each is"
        self._warn(f"{some} no UTF-8 came from the terminal; {each} shown as �.")

    def on_paste(self, event: Paste) -> None:
        """Ask where a paste is to go that nothing on screen takes."""
        self.pasting.offer(event.text)

    def push_screen(self, *args: Any, **options: Any) -> Any:
        """Put a dialog on top."""
        read_styles(self, "widgets/dialogs.tcss")
        return super().push_screen(*args, **options)

    # --- what the modes report ---

    def on_header_picked(self, message: Header.Picked) -> None:
        """Go to the tab that was clicked."""
        self.stage.show_mode(message.mode)

    def on_playground_text_changed(self) -> None:
        """The program is another one."""
        self.programs.changed()

    def on_playground_shown(self) -> None:
        """Look where the lesson stands."""
        self.attempt.look_soon()

    on_train_shown = on_playground_shown

    def on_train_changed(self) -> None:
        """Show the settings as they are now, and keep them before long."""
        self.keeping.soon()

    def on_train_sample_opened(self, message: Marked.SampleOpened) -> None:
        """Show a sample's program; the person's own stays as it is until they come back."""
        keys = "{give_back} goes back to training, your program is kept."
        saying = f"{invitation(message.session.moment)} {with_keys(keys)}"
        self.desks.visit(
            Desk(Kept(message.session.text, f"{message.name}.mc"), message.session, leaves_to="train"), saying
        )

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show what has got the focus."""
        self.place.got_focus(event.widget)
        if event.widget.screen is self.playground.screen:  # Behind a dialog all stays as it was.
            self.playground.focused(event)

    def on_resize(self) -> None:
        """Give the lesson the room there is now."""
        self.place.room_changed()

    # --- what can be done, and what it is: each is loaded with the first key that asks for it ---

    def action_command_palette(self) -> None:
        """Show the list of actions."""
        from tui.palette import ActionScreen

        if not isinstance(self.screen, ActionScreen):
            self.push_screen(ActionScreen(id="--command-palette"))

    def refresh_listed(self) -> None:
        """Learn what other copies of the app have set aside by now."""
        self.keeper.refresh()

    def listed(self) -> Iterator[ListEntry]:
        """Everything that can be done now: by the tables, and with what there is to open and to choose."""
        from tui.listed import in_modes, to_choose
        from tui.palette import entries

        yield from in_modes(self.stage, self.place)
        yield from entries(self.TABLE, self, written=self.glyphs.key)
        yield from to_choose(self.stage, self.programs, self.keeper, self.choose_theme)

    def show_help(self) -> None:
        """Explain the focused pane and its keys."""
        from tui.help import help_on
        from tui.widgets.dialogs import Help

        if not isinstance(self.screen, Help):
            self.push_screen(help_on(self.focused, self.stage, self.TABLE))

    def show_reference(self) -> None:
        """Show the reference of the language and of the operations."""
        from tui.reference_dialog import ReferenceDialog

        self.push_screen(ReferenceDialog())

    def export(self) -> None:
        """Ask what to export and where to, and do it."""
        if not self.playground.asked_first():
            self._export()

    @work(exclusive=True, group="export")
    async def _export(self) -> None:
        from tui.exporting import export

        await export(self, self.playground, self.desks.own.program)


def _lesson_pane(app: PlaygroundApp) -> tuple[TaskLine, LessonPane]:
    from tui.lessons.pane import LessonPane
    from tui.lessons.task_line import TaskLine

    read_styles(app, _LESSON_STYLES)
    pane = LessonPane(app.attempt, app.walk, app.place, app.glyphs, id="lesson-pane")
    return TaskLine(id="task-line"), pane


def _lesson_list(app: PlaygroundApp) -> LessonsMode:
    from tui.lessons.lesson_list import LessonsMode

    read_styles(app, _LESSON_STYLES)
    return LessonsMode(app.library, app.place, app.questions, app.walk, app.glyphs, id="lessons-mode")


def _has_no_screen(app: App[None]) -> bool:
    try:
        return not app.screen_stack
    except ScreenError:
        return True
