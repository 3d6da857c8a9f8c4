"""What the network's pane shows of a training: which neuron is chosen, and how closely it is looked at."""

from __future__ import annotations

from microcrad.train.network_picture import NetworkPicture, NetworkRecording, Place
from microcrad.train.trainer import Trainer
from microcrad.train.training import Training
from tui.train.network_places import network_room

__all__ = ["NetworkLook"]


class NetworkLook:
    """The pane's view. The network is recorded when it is first looked at, and anew for another run's."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self.chosen: Place = (0, 0)
        self._of: tuple[Trainer, NetworkRecording] | None = None

    @property
    def title(self) -> str:
        """What the pane is called."""
        plane = self._of is not None and self._of[1].of_a_plane
        return f"Network: {'outputs' if plane else 'weights'}"

    @property
    def node(self) -> str:
        """What the chosen neuron is called in the program of a sample."""
        layer, place = self.chosen
        sizes = self.training.trainer.sizes
        if layer < len(sizes) - 2:
            return f"net.l{layer}.n{place}"
        return "out" if sizes[-1] == 1 else f"out[{place}]"

    def look(self, size: tuple[int, int], rows_per_cell: int) -> NetworkPicture:
        """The network as it stands, for a pane of so many cells."""
        trainer = self.training.trainer
        if self._of is None or self._of[0] is not trainer:
            self._of = trainer, NetworkRecording(trainer)
        self.choose(self.chosen)
        inputs = min(trainer.sizes[0], size[1])
        room = network_room((inputs, *trainer.sizes[1:]), *size)
        tile, large = ((columns, rows * rows_per_cell) for columns, rows in (room.tile, room.large))
        return self._of[1].picture(self.chosen, tile, large if room.panel else tile)

    def choose(self, place: Place) -> None:
        """Choose a neuron, or the nearest there is."""
        sizes = self.training.trainer.sizes[1:]
        layer = min(max(place[0], 0), len(sizes) - 1)
        self.chosen = layer, min(max(place[1], 0), sizes[layer] - 1)

    def walk(self, layers: int, places: int) -> None:
        """Choose another neuron: of the layer before or behind, or above or below."""
        self.choose((self.chosen[0] + layers, self.chosen[1] + places))
