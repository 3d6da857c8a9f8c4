"""The network on screen in files: saved with its run, opened to go on with, and exported."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from textual.widget import Widget

from microcrad.data.drawn import DrawnData
from microcrad.errors import MicrocradError
from microcrad.files.door import write_text
from microcrad.train.c_code import c_model
from microcrad.train.model_code import python_model, pytorch_model
from microcrad.train.resuming import resuming, to_json
from microcrad.train.saved import Saved, SavedText, saved
from microcrad.train.training import Training
from tui.train.changes import Changes
from tui.train.showing import Showing
from tui.widgets.asking import YES, replacing
from tui.widgets.dialogs import Choose
from tui.widgets.path_dialog import ask_path, path_of, reason, why_not_write
from tui.widgets.work import Work

__all__ = ["ModelFiles"]

_Form = Callable[[Saved | SavedText], str]
_FORMS: dict[str, tuple[str, _Form, str]] = {
    "python": ("a script that needs only Python", python_model, ".py"),
    "pytorch": ("a PyTorch module", pytorch_model, "_torch.py"),
    "c": ("a C file", c_model, ".c"),
}


class ModelFiles:
    """Saves, opens and exports what is trained."""

    def __init__(self, screen: Widget, showing: Showing) -> None:
        self._screen, self._showing = screen, showing
        self._reading = Work(screen, "network")
        self._path = ""
        """The file that a network was saved to or opened from."""
        self._kept: object = None
        """Which network that was."""

    # --- saving ---

    def save(self) -> None:
        """Save the network to its file; ask for one if it has none, or if another network was saved there."""
        if self._path and self._kept == self._network:
            self._save(Path(self._path))
        else:
            self.save_as()

    def save_as(self) -> None:
        """Ask for a file, and save the network with its run."""
        self._ask("Save the network and its run as", f"{self._stem}.json", self._save)

    def _save(self, path: Path) -> None:
        folder, training = os.path.dirname(path) or ".", self._showing.training
        if self._write(
            path, lambda: to_json(training.trainer, folder, training.history), "Saved the network"
        ):
            self._path, self._kept = str(path), self._network

    @property
    def _network(self) -> object:
        """Which network is trained, whatever it has learned: its data, its kind and its size."""
        trainer = self._showing.training.trainer
        return trainer.samples.name, type(trainer.model), trainer.layers

    def save_drawing(self, drawing: DrawnData, then: Callable[[Path], None]) -> None:
        """Ask for a file, and save what is drawn there, if it can be learned from."""

        def write(path: Path) -> None:
            if self._write(path, drawing.table, "Saved the drawing"):
                then(path)

        if drawing.lacks:
            self._showing.done(drawing.lacks)
        else:
            self._ask("Save the drawing as", "drawn.csv", write)

    def export(self) -> None:
        """Ask in which form and where to, and write the network."""
        options = [(name, name, about) for name, (about, *_) in _FORMS.items()]

        def chosen(name: str | None) -> None:
            if name is not None:
                about, form, suffix = _FORMS[name]

                def write(path: Path) -> None:
                    self._write(
                        path, lambda: form(saved(self._showing.training.trainer)), f"Exported {about}"
                    )

                self._ask(f"The file for {about}", f"{self._stem}{suffix}", write)

        self._screen.app.push_screen(Choose("Export the network as", options), chosen)

    @property
    def _stem(self) -> str:
        return Path(self._showing.training.trainer.samples.name).stem

    def _ask(self, question: str, suggestion: str, then: Callable[[Path], None]) -> None:
        """Ask where to write something, and once more before something else is replaced."""

        def named(name: str | None) -> None:
            if name is None or not name.strip():
                return
            path = path_of(name)
            if not os.path.exists(path):
                then(path)
                return
            self._screen.app.push_screen(
                replacing(str(path), "is there already"), lambda yes: then(path) if yes == YES else None
            )

        self._screen.app.push_screen(ask_path(question, suggestion, refuse=why_not_write), named)

    def _write(self, path: Path, text: Callable[[], str], done: str) -> bool:
        """Write something and say so, or why not."""
        try:
            write_text(path, text())
        except MicrocradError as error:
            self._showing.done(f"{reason(error)} Nothing was written.")
            return False
        self._showing.done(f"{done} as {path}.")
        return True

    # --- opening ---

    def open(self, name: str = "", wrong: str = "") -> None:
        """Ask for a saved run, and go on with it; once more after what was `wrong` with one."""
        if self._showing.training is not self._showing.own:
            self._showing.done("A lesson has its own network. Leave it, and open yours then.")
            return
        self._screen.app.push_screen(ask_path("Open the network and its run", name, wrong=wrong), self._open)

    def _open(self, name: str | None) -> None:
        if name is None or not name.strip():
            return
        path = path_of(name)
        found: list[Training | MicrocradError] = []

        def job() -> Iterator[float]:
            try:
                found.append((yield from resuming(str(path))))
            except MicrocradError as error:
                found.append(error)

        def then() -> None:
            self._showing.working = ""
            if isinstance(found[0], MicrocradError):
                self._showing.done("Nothing was opened.")
                self.open(name, reason(found[0]))
                return
            self._showing.own = found[0]
            self._showing.put(found[0])
            self._path, self._kept = str(path), self._network
            self._showing.done(f"Opened {path}, after step {found[0].step}.")
            self._screen.post_message(Changes.Changed())

        self._reading.start_aside(job(), then)
