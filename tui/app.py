"""The app: three modes behind one header, keys that work everywhere, and what is kept between launches."""

from __future__ import annotations

import gc
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from textual import work
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.timer import Timer
from textual.widgets import ContentSwitcher, Footer, Static

from microcrad.examples import Example, examples
from microcrad.session import TYPING_SECONDS, Session
from tui import actions
from tui.bars import Header
from tui.dialogs import Ask, Help, replacing
from tui.exporting import export
from tui.files import opened, reason, unchanged_outside, write_program
from tui.glyphs import Glyphs, choose
from tui.keep import Keeper, Kept, state_file
from tui.palette import ActionList
from tui.plain import visible
from tui.playground import Playground
from tui.reference import Reference
from tui.themes import THEMES, VARIABLES

if TYPE_CHECKING:  # The first frame waits neither for lessons, without one, nor for training.
    from lessons.lesson import Lesson
    from lessons.taking import Taking
    from tui.train.mode import Train

__all__ = ["PlaygroundApp", "launch"]

KEEP_SECONDS = 1.0
"""How long after a change the program is written to where it is kept."""
_COMING = {
    "lessons": "The lessons are not there yet.\n\nThey will stand beside the playground and check what you "
    "do in it.\n\nPress 1 for the playground.",
}


class PlaygroundApp(App[None]):
    """microcrad on a screen."""

    CSS_PATH = [Path(__file__).with_name("app.tcss"), Path(__file__).parent / "train" / "train.tcss"]
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
        keeper: Keeper,
        *,
        saying: str = "",
        glyphs: Glyphs | None = None,
        lesson: Lesson | None = None,
    ) -> None:
        super().__init__()
        self.glyphs = glyphs or choose()
        self.program = program
        """The program as it was opened or saved last; the session has its text now."""
        self.keeper = keeper
        self.session = Session(program.text, seconds=TYPING_SECONDS)
        self.taking = None if lesson is None else _begun(lesson, self.session)
        """The lesson that is being taken in the playground, if one is."""
        self.mode = "playground"
        self.visited: Kept | None = None
        """The sample of a training that the playground shows instead of the program, as it was opened."""
        self._keep_timer: Timer | None = None
        self._opening = saying
        for theme in THEMES.values():
            self.register_theme(theme)
        wanted = keeper.state.theme
        self.theme = wanted if wanted in self.available_themes else THEMES["dark"].name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours, for themes that do not set them."""
        return VARIABLES

    def compose(self) -> ComposeResult:
        yield Header(self.glyphs)
        with ContentSwitcher(initial="playground", id="modes"):
            yield Playground(self.session, self.glyphs, id="playground")
            yield Container(id="train")  # Filled when it is first shown: NumPy would delay the first frame.
            for name, text in _COMING.items():
                with Container(id=name):
                    yield _Coming(text)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        if self._opening:
            self.playground.say(self._opening)
        if self.keeper.state.problem:
            self.notify(self.keeper.state.problem, severity="warning", markup=False)
        self._show_header()
        self.call_after_refresh(_settle)

    @property
    def playground(self) -> Playground:
        """The playground, shown or not."""
        return self.query_one(Playground)

    @property
    def train(self) -> Train | None:
        """The Train mode, once it was shown."""
        return next((child for child in self.query("#train-mode").results()), None)  # type: ignore[return-value]

    # --- header and keeping ---

    @property
    def saved(self) -> bool:
        """Whether the file holds what is on screen."""
        return self.program.saved == self.session.text

    def _show_header(self) -> None:
        header, train = self.query_one(Header), self.train
        if self.mode == "train" and train is not None:
            name, header.about = train.heading
            header.file = visible(name)
        elif self.visited is not None:
            header.file = self.visited.name
            header.about = f"{self.playground.session.run.ownership}  esc goes back"
        else:
            saved = "saved" if self.saved else "example" if self._is_example else "not saved"
            header.file = visible(self.program.name)
            header.about = f"{self.session.run.ownership}  {saved}"

    @property
    def _is_example(self) -> bool:
        return any(example.text == self.session.text for example in examples())

    def on_playground_text_changed(self) -> None:
        """Show that the text is another one, and keep it before long."""
        self._keep_soon()

    def on_train_changed(self) -> None:
        """Show the settings as they are now, and keep them before long."""
        self._keep_soon()

    def _keep_soon(self) -> None:
        self._show_header()
        if self._keep_timer is not None:
            self._keep_timer.stop()
        self._keep_timer = self.set_timer(KEEP_SECONDS, self.keep)

    def keep(self) -> None:
        """Write the program to where it will be found next time."""
        kept = Kept(self.session.text, self.program.name, self.program.path, self.program.saved)
        before, train = self.keeper.state.problem, self.train
        self.keeper.keep(kept, self.keeper.state.training if train is None else train.settings)
        problem = self.keeper.state.problem
        if problem and problem != before:
            self.notify(problem, severity="warning", markup=False)

    def on_exit_app(self) -> None:
        """Keep the program when the app is told from outside to leave."""
        self.keep()

    async def action_quit(self) -> None:
        """Leave; the program is kept."""
        self._set_visit_aside()
        self.keep()
        self.exit()

    # --- modes and focus ---

    def action_mode(self, mode: str) -> None:
        """Show another mode."""
        self.mode = mode
        self.query_one("#modes", ContentSwitcher).current = mode
        self.query_one(Header).mode = mode
        if mode == "playground":
            self.playground.focus_pane("graph")
        elif mode == "train":
            self._end_visit()
            self._show_train()
        else:
            self.query_one(f"#{mode} _Coming").focus()
        self._show_header()

    def _show_train(self) -> None:
        train = self.train
        if train is None:
            from tui.train.mode import make

            train = make(self.keeper.state.training, self.glyphs, id="train-mode")
            self.query_one("#train").mount(train)
            self.call_after_refresh(train.focus_pane, "setup")
        else:
            train.return_to()
        self.call_after_refresh(self._show_header)

    # --- a sample of the training, in the playground ---

    def on_train_sample_opened(self, message: Train.SampleOpened) -> None:
        """Show a sample's program; the person's own stays as it is until they come back."""
        self._end_visit()
        self.visited = Kept(message.text, f"{message.name}.mc")
        self.action_mode("playground")
        saying = "n sends the gradient back one edge. esc goes back to training, your program is kept."
        self.playground.show_session(Session(message.text, seconds=TYPING_SECONDS), saying)
        self._show_header()

    def _end_visit(self) -> None:
        """Put the person's own program back."""
        self._set_visit_aside()
        if self.visited is not None:
            self.visited = None
            self.playground.show_session(self.session)

    def _set_visit_aside(self) -> None:
        """Where a sample's program was changed, let it be brought back from the action list."""
        text = self.playground.session.text
        if self.visited is not None and self.visited.text != text:
            self.keeper.set_aside(replace(self.visited, text=text))

    def on_header_picked(self, message: Header.Picked) -> None:
        """Go to the tab that was clicked."""
        self.action_mode(message.mode)

    def action_lesson(self) -> None:
        """Go to the lesson, or back to the playground."""
        self.action_mode("playground" if self.mode == "lessons" else "lessons")

    def action_give_back(self) -> None:
        """Undo the nearest of: a run going on, a zoomed pane, another mode."""
        train = self.train
        if self.mode == "train" and train is not None and (train.stop_work() or train.unzoom()):
            return
        if self.mode == "playground" and (self.playground.stop_run() or self.playground.unzoom()):
            return
        if self.visited is not None and self.mode == "playground":
            self.action_mode("train")
        elif self.mode != "playground":
            self.action_mode("playground")

    # --- programs ---

    def open_program(self, program: Kept, saying: str = "") -> None:
        """Open another program; the one on screen can be brought back from the action list."""
        self._end_visit()
        left = Kept(self.session.text, self.program.name, self.program.path, self.program.saved)
        if not self.saved and not self._is_example:
            self.keeper.set_aside(left)
        self.program = program
        self.action_mode("playground")
        self.playground.open(program.text, saying)

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

    def action_save(self) -> None:
        """Save the program to its file; ask for a name if it has none."""
        if self.visited is not None or not self.program.path:
            self.action_save_as()
        elif unchanged_outside(self.program):
            self._write(Path(self.program.path))
        else:
            self._write_if_sure(Path(self.program.path), "was changed by another program")

    def action_save_as(self) -> None:
        """Ask for a name and save the program under it."""
        suggestion = self.program.path or self.program.name
        if self.visited is not None:
            suggestion = self.visited.name
        self.push_screen(Ask("Save the program as", suggestion), self._save_as)

    def _save_as(self, name: str | None) -> None:
        if name is None or not name.strip():
            return
        path = Path(os.path.expanduser(name.strip()))
        if str(path) == self.program.path and self.visited is None:
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
        text = self.playground.session.text
        try:
            write_program(path, text)
        except click.ClickException as error:
            self.playground.say(f"{reason(error)} Your program is still here; save it elsewhere.")
            return
        if self.visited is None:
            self.program = Kept(text, path.name, str(path.absolute()), text)
        else:  # A sample's program becomes a file; the person's own stays what it is.
            self.visited = replace(self.visited, text=text, name=path.name)
        self.keep()
        self._show_header()
        self.playground.say(f"Saved {path}.")

    @work(exclusive=True, group="export")
    async def action_export(self) -> None:
        """Ask what to export and where to, and do it."""
        await export(self)

    # --- help and looks ---

    def action_help(self) -> None:
        """Explain the focused pane and its keys."""
        if isinstance(self.screen, Help):
            return
        pane = self.focused
        own = _TABLES.get(type(pane).__name__, ())
        tables = [("In this pane", own)] if own else []
        modes = {
            "playground": ("In the playground, outside the editor", actions.PLAYGROUND),
            "train": ("In training", actions.TRAIN),
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
        self.push_screen(Reference())

    def choose_theme(self, name: str) -> None:
        """Change the theme, and remember it."""
        self.theme = name
        self.keeper.set_theme(name)
        self.playground.show_panes()
        if self.train is not None:
            self.train.show_panes()


class _Coming(Static, can_focus=True):
    """Says plainly that a mode is not there yet."""

    def __init__(self, text: str) -> None:
        super().__init__(text, markup=False)


def _settle() -> None:
    """Tell Python's collector that what the app is made of stays, so that it need not walk it again."""
    gc.enable()
    gc.freeze()
    # A graph of 10,000 nodes is tens of thousands of objects; none of them is in a cycle.
    gc.set_threshold(20_000, 20, 20)


_TABLES = {
    "CPane": actions.C_PANE, "Setup": actions.SETUP, "Boundary": actions.BOUNDARY,
    "Editor": actions.EDITOR, "NodeTree": actions.TREE, "Events": actions.TIMELINE, "HeapPane": actions.HEAP,
}  # fmt: skip


def _begun(lesson: Lesson, session: Session) -> Taking:
    from lessons.taking import Taking

    return Taking(lesson, session)


def launch(path: Path | None = None, *, program: Kept | None = None, lesson: Lesson | None = None) -> int:
    """Open the app on a file, on a program that is in none, on a lesson, or on what was left last time.

    Returns the exit code. Raises `BrokenLessonError` if the lesson cannot begin.
    """
    keeper = Keeper(state_file())
    current = keeper.state.current
    if lesson is not None:
        from lessons.text import plain

        program = Kept("", f"{lesson.id}.mc")
        saying = f"Lesson {lesson.title}: {plain(lesson.steps[0].task)}"
    elif program is not None:
        saying = "Opened from a training run. : brings back what you had before."
    if program is None:
        program, saying = opened(path, keeper)
    elif current is not None:
        keeper.set_aside(current)
    app = PlaygroundApp(program, keeper, saying=saying, lesson=lesson)
    gc.disable()  # Until the first frame: nothing made by then is garbage, and looking for it takes a while.
    try:
        app.run()
    finally:
        gc.enable()
    return app.return_code or 0
