"""The chosen neuron of the network: choosing another, and opening the marked sample's graph at it."""

from __future__ import annotations

from microcrad.train.network_picture import Place
from tui.train.marked_sample import Marked
from tui.train.showing import Showing

__all__ = ["ChosenNeuron"]


class ChosenNeuron:
    """The mark of the network's pane."""

    def __init__(self, showing: Showing, marked: Marked) -> None:
        self._showing, self._marked = showing, marked

    def move(self, right: int, up: int) -> None:
        """Choose the next neuron in a direction: right is the next layer."""
        self._showing.network.walk(right, -up)
        self._look()

    def pick(self, place: Place) -> None:
        """Choose the neuron that was pointed at; open the marked sample if it was chosen already."""
        if place == self._showing.network.chosen:
            self.open()
        else:
            self._showing.network.choose(place)
            self._look()

    def open(self) -> None:
        """Open the marked sample at the chosen neuron."""
        self._marked.open(at=self._showing.network.node)

    def _look(self) -> None:
        self._showing.look(moving=self._showing.training.running)
