"""The app: three modes behind one header, keys that work everywhere, and what is kept between launches."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult, ScreenError
from textual.binding import Binding
from textual.containers import Container
from textual.widgets import ContentSwitcher, Footer

from microcrad.files.door import folder_of
from microcrad.run.interpreter import TYPING
from microcrad.session.file import SavedSession
from microcrad.session.on_disk import SESSION_SUFFIX, read_session
from microcrad.session.session import Session
from microcrad.text.visible import visible
from tui import actions
from tui.desk import Desk
from tui.files import opened
from tui.lessons.app import Lessons, lesson_heading
from tui.lessons.opening import left_in
from tui.lessons.task_line import TaskLine
from tui.palette import ActionList
from tui.playground.screen import Playground
from tui.state_file import Kept, StateKeeper, state_file
from tui.widgets.bars import Header
from tui.widgets.dialogs import Help
from tui.widgets.glyphs import Glyphs, choose
from tui.widgets.themes import THEMES, VARIABLES

if TYPE_CHECKING:  # The first frame waits neither for lessons, without one, nor for training.
    from lessons.format.lesson import Lesson
    from tui.train.marked_sample import Marked
    from tui.train.mode import Train

__all__ = ["PlaygroundApp", "launch"]

_HERE = Path(__file__).parent


class PlaygroundApp(Lessons):
    """microcrad on a screen."""

    CSS_PATH = [_HERE / "app.tcss", _HERE / "train" / "train.tcss", _HERE / "lessons" / "lessons.tcss"]
    TITLE = "microcrad"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "f2"
    COMMANDS = {ActionList}
    BINDINGS = [
        *actions.bindings(actions.APP),
        *actions.bindings(actions.LETTERS),
        Binding("escape", "give_back", "Back", show=False),
    ]
    AUTO_FOCUS = "#graph"

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
    ) -> None:
        super().__init__(program, keeper)
        self.glyphs = glyphs or choose()
        self._opened_at = place
        self._left_in = left_in(program)
        """The session of the lesson that was left open, if one was."""
        self._lesson = lesson
        self.lessons_folder, self.language = lessons_folder, language
        self.mode = "playground"
        self._opening = saying
        for known in THEMES.values():
            self.register_theme(known)
        wanted = theme or keeper.state.theme
        self.theme = wanted if wanted in self.available_themes else THEMES["dark"].name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours, for themes that do not set them."""
        return VARIABLES

    def refresh_css(self, animate: bool = True) -> None:
        """Take a theme over; one that is set before there is a screen needs no second parse of all styles."""
        if self._screen_stack_is_empty:
            self.stylesheet.set_variables(self.get_css_variables())
        else:
            super().refresh_css(animate)

    @property
    def _screen_stack_is_empty(self) -> bool:
        try:
            return not self.screen_stack
        except ScreenError:
            return True

    def compose(self) -> ComposeResult:
        yield Header(self.glyphs)
        with Container(id="work"):
            yield TaskLine(id="task-line")
            with ContentSwitcher(initial="playground", id="modes"):
                yield Playground(self.session, self.glyphs, id="playground")
                # Filled when they are first shown: the first frame waits for neither NumPy nor the lessons.
                yield Container(id="train")
                yield Container(id="lessons")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        if self._opened_at is not None:
            self.playground.open(self.program.text, self._opening, self._opened_at)
            self._left_in = self._opened_at
        elif self._opening:
            self.playground.say(self._opening)
        if self.keeper.problem:
            self.notify(self.keeper.problem, severity="warning", markup=False)
        self.show_header()
        self.call_after_refresh(_settle)
        if self._lesson is not None:
            self.start_lesson(self._lesson)
        elif self._left_in is not None and self._left_in.lesson:
            self.resume_lesson(self._left_in)
        self.call_after_refresh(self.mention_questions)

    @property
    def playground(self) -> Playground:
        """The playground, shown or not."""
        return self.query_one(Playground)

    @property
    def train(self) -> Train | None:
        """The Train mode, once it was shown."""
        return next((child for child in self.query("#train-mode").results()), None)  # type: ignore[return-value]

    # --- header and keeping ---

    def show_header(self) -> None:
        """Show what is open, and whether it is saved."""
        header, train = self.query_one(Header), self.train
        if self.mode == "lessons":
            header.file, header.about = "", ""
        elif self.at_lesson and self.taking is not None:
            header.file = lesson_heading(self.taking.view)
            header.about = self.playground.session.run.ownership
        elif self.mode == "train" and train is not None:
            name, header.about = train.heading
            header.file = visible(name)
        elif self.visiting:
            header.file = visible(self.desk.program.name)
            header.about = f"{self.playground.session.run.ownership}  esc goes back"
        else:
            saved = "saved" if self.saved else "example" if self.is_example else "not saved"
            header.file = visible(self.program.name)
            header.about = f"{self.session.run.ownership}  {saved}"

    def training_settings(self) -> dict[str, str]:
        """The settings of training, as they are now or were kept."""
        train = self.train
        return self.keeper.state.training if train is None else train.settings

    def on_exit_app(self) -> None:
        """Keep the program when the app is told from outside to leave."""
        self.keep()

    async def action_quit(self) -> None:
        """Leave; the program is kept."""
        self.set_visit_aside()
        self.keep()
        self.exit()

    # --- modes and focus ---

    def action_mode(self, mode: str) -> None:
        """Show another mode: its panes, where a lesson has not the room beside them."""
        self.mode, self.alone = mode, False
        self.query_one("#modes", ContentSwitcher).current = mode
        self.query_one(Header).mode = mode
        if mode == "playground":
            self.playground.focus_pane("graph")
        elif mode == "train":
            if self.desk.leaves_to == "train":
                self.end_visit()
            self._show_train()
        else:
            self.show_lessons()
        self.arrange_lesson()
        self.show_header()

    def _show_train(self) -> None:
        train = self.train
        if train is None:
            from tui.train.mode import make

            train = make(self.keeper.state.training, self.glyphs, id="train-mode")
            self.query_one("#train").mount(train)
        else:
            train.return_to()
        self.call_after_refresh(self.show_header)

    # --- a sample of the training, in the playground ---

    def on_train_sample_opened(self, message: Marked.SampleOpened) -> None:
        """Show a sample's program; the person's own stays as it is until they come back."""
        session = Session(message.text, limits=TYPING)
        saying = "n sends the gradient back one edge. esc goes back to training, your program is kept."
        self.visit(Desk(Kept(message.text, f"{message.name}.mc"), session, leaves_to="train"), saying)

    def on_header_picked(self, message: Header.Picked) -> None:
        """Go to the tab that was clicked."""
        self.action_mode(message.mode)

    def action_give_back(self) -> None:
        """Undo the nearest of: a run going on, a zoomed pane, another mode."""
        train = self.train
        if self.mode == "train" and train is not None and (train.going.stop_work() or train.panes.unzoom()):
            return
        if self.mode == "playground" and (self.playground.stop_run() or self.playground.unzoom()):
            return
        if self.give_lesson_back():
            return
        if self.visiting and self.mode == "playground":
            self.action_mode(self.desk.leaves_to)
        elif self.mode != "playground":
            self.action_mode("playground")

    @work(exclusive=True, group="export")
    async def action_export(self) -> None:
        """Ask what to export and where to, and do it."""
        if self.playground.asked_first():
            return
        # It comes with every format there is, which the first frame does not wait for.
        from tui.exporting import export

        await export(self)

    # --- help and looks ---

    def action_help(self) -> None:
        """Explain the focused pane and its keys."""
        if isinstance(self.screen, Help):
            return
        pane = self.focused
        own = getattr(pane, "TABLE", None) or _TABLES.get(type(pane).__name__, ())
        tables = [("In this pane", own)] if own else []
        modes = {
            "playground": ("In the playground, outside the editor", actions.PLAYGROUND),
            "train": ("In training", () if self.train is None else self.train.TABLE),
            "lessons": ("In the list of lessons", actions.LESSON_LIST),
        }
        if self.mode in modes:
            tables.append(modes[self.mode])
        tables.append(("Anywhere", (*actions.APP, *actions.LETTERS)))
        keys = [
            (heading, [(action.key, action.does) for action in table if action.keys])
            for heading, table in tables
        ]
        title = pane.id.capitalize() if pane is not None and pane.id else "microcrad"
        prose = getattr(pane, "HELP", None) or Playground.HELP
        self.push_screen(Help(title, prose, keys))

    def action_reference(self) -> None:
        """Show the reference of the language and of the operations."""
        from tui.reference import Reference  # As with exporting.

        self.push_screen(Reference())

    def choose_theme(self, name: str) -> None:
        """Change the theme, and remember it."""
        self.theme = name
        self.keeper.set_theme(name)
        self.playground.show_panes()
        if self.train is not None:
            self.train.showing.show()


def _settle() -> None:
    """Tell Python's collector that what the app is made of stays, so that it need not walk it again."""
    gc.enable()
    gc.freeze()
    # A graph of 10,000 nodes is tens of thousands of objects; none of them is in a cycle.
    gc.set_threshold(20_000, 20, 20)


_TABLES = {
    "AnswerField": actions.ANSWER, "Choices": actions.CHOICES,
    "LessonText": actions.LESSON, "LessonRows": actions.LESSON_ROWS,
    "CPane": actions.C_PANE,
    "DiagramPane": actions.DIAGRAM,
    "Editor": actions.EDITOR, "NodeTree": actions.TREE, "Events": actions.TIMELINE, "HeapPane": actions.HEAP,
}  # fmt: skip


def launch(
    path: Path | None = None,
    *,
    program: Kept | None = None,
    lesson: Lesson | None = None,
    lessons_folder: Path | None = None,
    language: str = "",
    theme: str = "",
) -> int:
    """Open the app on a file, on a program that is in none, or on what was left last time; then at a lesson.

    A folder of the person's own lessons and a language are those of the environment, if none are given; the
    theme is the one chosen last.
    Returns the exit code.
    """
    lessons_folder = lessons_folder or folder_of(os.environ.get("MICROCRAD_LESSONS"), "--lessons")
    language = language or os.environ.get("MICROCRAD_LANGUAGE", "")
    keeper = StateKeeper(state_file())
    current, saying = keeper.state.current, ""
    if program is None:
        program, saying = opened(path, keeper)
    else:
        saying = "Opened from a training run. : brings back what you had before."
        if current is not None:
            keeper.set_aside(current)
    session = path is not None and path.suffix == SESSION_SUFFIX and os.path.lexists(path)
    place = read_session(str(path)) if session else None
    app = PlaygroundApp(
        program, keeper, saying=saying, place=place,
        lesson=lesson, lessons_folder=lessons_folder, language=language, theme=theme,
    )  # fmt: skip
    gc.disable()  # Until the first frame: nothing made by then is garbage, and looking for it takes a while.
    try:
        app.run()
    finally:
        gc.enable()
    return app.return_code or 0
