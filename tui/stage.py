"""Which of the three modes is on screen, their panes, and the header above them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from textual.app import App
from textual.widget import Widget

from tui.playground.screen import Playground
from tui.widgets.bars import Header
from tui.widgets.glyphs import Glyphs
from tui.widgets.styles import read_styles

if TYPE_CHECKING:  # The first frame does not wait for training.
    from tui.train.mode import Train

__all__ = ["Stage"]


class LessonList(Protocol):
    """The list of lessons, as far as the way to it goes."""

    def return_to(self) -> None:
        """Show all lessons as they stand now, and give the focus to the list."""

    def choose(self, id_: str) -> None:
        """Choose a lesson, if it is there."""


class Saving(Protocol):
    """What can be saved where one is."""

    def save(self) -> None:
        """Save it."""


class Stage:
    """The modes, each made when it is first shown."""

    def __init__(
        self,
        app: App[None],
        glyphs: Glyphs,
        *,
        heading: Callable[[], tuple[str, str]],
        training: Callable[[], Mapping[str, str]],
        lesson_list: Callable[[], Widget],
        shown: Callable[[], None],
    ) -> None:
        """`heading` says what the header says of what is open, and `training` the settings kept of training.

        `lesson_list` makes the list of lessons, and `shown` is called once another mode is on screen.
        """
        self.app, self.glyphs = app, glyphs
        self.mode = "playground"
        self._heading, self._training, self._lesson_list, self._shown = (
            heading, training, lesson_list, shown,
        )  # fmt: skip

    @property
    def playground(self) -> Playground:
        """The playground, shown or not."""
        return self.app.query_one(Playground)

    @property
    def has_panes(self) -> bool:
        """Whether the playground is there: it goes before the app does."""
        return bool(self.app.query(Playground))

    @property
    def train(self) -> Train | None:
        """The Train mode, once it was shown."""
        return next((child for child in self.app.query("#train-mode").results()), None)  # type: ignore[return-value]

    @property
    def lessons(self) -> LessonList | None:
        """The list of lessons, once it was shown."""
        return next((child for child in self.app.query("#lessons-mode").results()), None)  # type: ignore[return-value]

    @property
    def shown(self) -> Any:
        """The widget of the mode that is on screen."""
        return {"playground": self.playground, "train": self.train, "lessons": self.lessons}[self.mode]

    def files(self, programs: Saving) -> Saving:
        """What is saved where one is: the program, or in Train the network."""
        train = self.train if self.mode == "train" else None
        return programs if train is None else train.files

    @property
    def training_settings(self) -> dict[str, str]:
        """The settings of training, as they are now or were kept."""
        train = self.train
        return dict(self._training()) if train is None else train.settings

    def show_mode(self, mode: str) -> None:
        """Show another mode."""
        self.mode = mode
        modes, shown = self.app.query_one("#modes"), self.shown
        with self.app.batch_update():
            for other in modes.children:
                other.display = other is shown
            if shown is None:
                modes.mount(self._made(mode))
        self.app.query_one(Header).mode = mode
        if mode == "playground":
            self.playground.focus_pane("graph")
        elif shown is not None:
            shown.return_to()
        self._shown()
        self.show_header()
        self.app.call_after_refresh(self.show_header)  # Training says only once it is there what it has open.

    def _made(self, mode: str) -> Widget:
        """A mode that is shown for the first time."""
        if mode == "lessons":
            return self._lesson_list()
        from tui.train.mode import make

        read_styles(self.app, "train/train.tcss")
        return make(dict(self._training()), self.glyphs, id="train-mode")

    def show_header(self) -> None:
        """Show what is open, and whether it is saved."""
        for header in self.app.query(Header):  # None is left once the app ends.
            header.file, header.about = self._heading()
