"""What the diagram's pane shows: the picture of a run, laid out between frames, at the present moment."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from microcrad.session.moment import Moment
from microcrad.slices import Slices
from tui.playground.diagram.box_room import Zoom
from tui.playground.diagram.folds import COMES_BACK, Folds
from tui.playground.diagram.paint import Painter, Viewport
from tui.playground.diagram.panning import Panning
from tui.playground.diagram.picture import Picture, Wanted, fitting, picturing
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.work import Work
from tui.widgets.wrap import fit as fit_into

__all__ = ["Canvas"]

_NAMES = {Zoom.BOXES: "boxes", Zoom.LINES: "lines", Zoom.SIGNS: "signs"}


class Canvas(Looks, Panning):
    """The graph as a picture. It is laid out once for a run; as one walks, boxes fill in and nothing moves.

    A large graph is laid out in slices between frames; of a very large one only the neighbourhood of the
    selected node is shown.
    """

    LOOKS = "diagram"
    COMPONENT_CLASSES = {
        f"diagram--{name}"
        for name in (
            "label", "frame", "data", "grad", "refs", "right", "shared", "freed", "leaked", "current",
            "selected", "quiet", "wrong", "wire", "group", "near", "flow", "flow-back", "flow-wrong",
        )
    }  # fmt: skip

    class Refused(Message, namespace="diagram_pane"):
        """What was asked for cannot be done; why, in a sentence."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    class Zoomed(Message, namespace="diagram_pane"):
        """Another amount of each node is shown."""

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self.moment: Moment | None = None
        self.zoom = Zoom.BOXES
        self.folds = Folds()
        self.painter: Painter | None = None
        """None while the picture is being laid out."""
        self._work = Work(self, "layout")
        self._width = 0
        """The columns that the picture was made for."""
        self._mixed: dict[str, Style] = {}

    @property
    def zoom_name(self) -> str:
        """What the title says."""
        return _NAMES[self.zoom]

    @property
    def picture(self) -> Picture | None:
        """What is laid out, if it is."""
        return None if self.painter is None else self.painter.picture

    # --- what is shown ---

    def show(self, moment: Moment) -> None:
        """Show a moment, with its selected node in sight."""
        before, self.moment = self.moment, moment
        picture = self.picture
        if (
            before is None
            or not before.snapshot.same_run(moment.snapshot)
            or (before.comparison is None) != (moment.comparison is None)
        ):
            self.begun()
            self.lay_out()
        elif picture is not None and picture.shown.hidden and self._at_the_edge(picture, moment.selected):
            self.lay_out()
        elif picture is not None:
            self.painter = Painter(picture, moment, self.glyphs)
            self._follow()
        self.refresh()

    def begun(self) -> None:
        """Another run is shown: the pane may want to know."""

    def _at_the_edge(self, picture: Picture, node: int | None) -> bool:
        """Whether a node has neighbours that are not shown."""
        part = picture.shown.part(node)
        return node is not None and (part is None or picture.shown.parts[part].more)

    def lay_out(self, *, fit: bool = False) -> None:
        """Make the picture anew, to fit if that is asked for: at once if that is quick, else in slices."""
        self.painter = None
        self._work.cancel()
        self._width = self.size.width
        if self.moment is not None and self.moment.snapshot.node_count:
            self._work.start(self._laying_out(fit=fit), lambda: None)
        self.refresh()

    def _laying_out(self, *, fit: bool) -> Slices[None]:
        """Make the picture, and show it as it is at the moment that is then the present one."""
        picture = yield from self._making(fit=fit)
        assert self.moment is not None
        self.painter = Painter(picture, self.moment, self.glyphs)
        if picture.zoom != self.zoom:
            self.zoom = picture.zoom
            self.post_message(self.Zoomed())
        self._follow(centred=True)
        self._show_turned(picture)
        self.refresh()

    def _making(self, *, fit: bool) -> Slices[Picture]:
        """Make the picture of the run that is shown, in pieces."""
        moment = self.moment
        assert moment is not None
        at, nodes = moment.snapshot, moment.snapshot.node_count
        paths = self.folds.paths(at)
        yield
        wanted = Wanted(
            at, paths, lambda path: self.folds.folded(path, nodes), self.zoom,
            moment.comparison is not None, self._width, moment.selected,
        )  # fmt: skip
        if fit:
            return (yield from fitting(wanted, self.size.height, self.glyphs))
        return (yield from picturing(wanted, self.glyphs))

    def _show_turned(self, picture: Picture) -> None:
        """Bring the whole frame of a group into sight that was just opened, if there is room for it."""
        frame, refused = self.folds.framed(picture.shown)
        if refused:
            self.post_message(self.Refused(COMES_BACK))
        elif frame is not None:
            x, y, width, height, _ = picture.layout.frames[frame]
            if width <= self.size.width and height <= self.size.height:
                self.bring((x, x + width), (y, y + height))

    def on_resize(self) -> None:
        """Keep the selected node in sight; another width may ask for other distances."""
        if self.moment is not None and self._width != self.size.width:
            self.lay_out()
        else:
            self._follow()

    # --- the view ---

    @property
    def view(self) -> Viewport:
        """The cells of the picture in sight."""
        return Viewport(*self.corner, self.size.width, self.size.height)

    def _follow(self, *, centred: bool = False) -> None:
        """Bring the selected box into sight, with the other end of a lit edge if there is room for both."""
        painter = self.painter
        if painter is None:
            return
        if painter.selected is None:
            self.look_at(*self.corner)
            return
        parts = [painter.selected]
        for edge in painter.flow.edges:
            source, target, _ = painter.picture.layout.edges[edge]
            parts += [source, target] if painter.selected in (source, target) else []
        boxes = [painter.picture.box(part) for part in parts]
        left, top = min(box.x for box in boxes), min(box.y for box in boxes)
        right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
        if right - left > self.size.width or bottom - top > self.size.height:
            left, top, width, height, _ = boxes[0]
            right, bottom = left + width, top + height
        self.bring((left, right), (top, bottom), centred=centred)

    @property
    def extent(self) -> tuple[int, int] | None:
        """The columns and rows of the picture, if it is laid out."""
        return None if self.picture is None else (self.picture.layout.width, self.picture.layout.height)

    # --- drawing ---

    def notify_style_update(self) -> None:
        """Forget the styles."""
        self._mixed = {}
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.look()
        if self.painter is None or not self.painter.born:
            text = f" {self._instead()}" if y == 0 else ""
            return Strip(
                [Segment(fit_into(text, width, self.glyphs.ellipsis), base + self.look("quiet"))], width
            )
        spans = self.painter.row(y + self.corner[1], self.view)
        segments: list[Segment] = []
        text, look = "", ""
        for piece, name in spans:
            if name != look and text:
                segments.append(Segment(text, self._style(look)))
                text = ""
            text, look = text + piece, name
        segments.append(Segment(text, self._style(look)))
        return Strip(segments).adjust_cell_length(width, base)

    def _instead(self) -> str:
        """What stands in the place of a picture."""
        moment = self.moment
        if moment is None or not moment.snapshot.node_count:
            if moment is not None and moment.errors:
                return f"Line {moment.errors[0].line} needs fixing: e."
            return "Nothing has run yet. Press e, write a line."
        if self.painter is None:
            return f"laying out {moment.snapshot.node_count:,} nodes {self.glyphs.ellipsis}"
        return "Nothing has happened yet. Press n."

    def _style(self, look: str) -> Style:
        """The style of one or several looks on top of each other."""
        style = self._mixed.get(look)
        if style is None:
            style = self.look()
            for name in look.split():
                style += self.look(name)
            self._mixed[look] = style
        return style
