"""The inspector pane: one node explained, in a line or two or in full."""

from __future__ import annotations

from rich.style import Style
from textual import events
from textual.message import Message

from microcrad.session.moment import Moment
from microcrad.text.numbers import full, short
from microcrad.timeline.inspection import Inspection, Slope
from tui.widgets.glyphs import Glyphs
from tui.widgets.lines import Lines
from tui.widgets.safe_text import SafeText
from tui.widgets.wrap import cell_len, fit, wrap

__all__ = ["Inspector"]

ASKED = "? until you answer"
"""What stands for a number that a lesson asks for."""
_FEW = 4
"""Owners named where there is only a line for them."""


class Inspector(Lines, can_focus=True):
    """The selected node's formula, local slopes, gradient and owners."""

    HELP = (
        "How the selected node got its number, what it passes back to each operand, its grad beside the "
        "slope found by nudging it (finite difference), and who holds it; of a sum of many, the largest "
        "terms. i shows it in full; a goes down to what contributed most, S then to the next; a click on a "
        "slope goes to that operand."
    )

    class Chosen(Message):
        """The person pointed at the slope to a node."""

        def __init__(self, node: int) -> None:
            super().__init__()
            self.node = node

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__("inspector", id=id)
        self.glyphs = glyphs
        self.in_full = False
        self._moment: Moment | None = None
        self._alone = False
        self._laid_out_for = 0

    def show(self, moment: Moment) -> None:
        """Explain the moment's selected node, in full if that was asked for or the pane stands alone."""
        self._moment = moment
        self._laid_out_for = self.room
        self.set_rows(self._text())

    def on_resize(self) -> None:
        """Lay the text out for a new width."""
        if self._moment is not None and self.size.width != self._laid_out_for:
            self.show(self._moment)

    def on_click(self, event: events.Click) -> None:
        """Go to the operand whose slope is under the mouse."""
        node = event.style.meta.get("node")
        if node is not None:
            self.post_message(self.Chosen(node))

    def stand(self, *, alone: bool) -> None:
        """Have the whole screen, or not."""
        if alone != self._alone:
            self._alone = alone
            if self._moment is not None:
                self.show(self._moment)

    def turn(self) -> None:
        """Explain in a line or two, or in full."""
        self.in_full = not self.in_full
        self.set_class(self.in_full, "full")
        if self._moment is not None:
            self.show(self._moment)

    def _text(self) -> list[SafeText]:
        moment = self._moment
        about = None if moment is None else moment.about
        if moment is None or about is None:
            there = moment is not None and bool(moment.snapshot.nodes)
            said = "Choose a node with the arrows." if there else "There is no node yet to explain."
            return [SafeText.assemble((f" {said}", self.look("quiet"))), SafeText("")]
        return self._full(about, moment) if self.in_full or self._alone else self._brief(about, moment)

    def _brief(self, about: Inspection, moment: Moment) -> list[SafeText]:
        """Facts side by side, as many to a line as fit, on at most two lines."""
        look = self.look
        width = max(self.room, 20)
        # What there is no room for is the working, and not the number.
        whole = 1 + cell_len(about.computation) <= width
        facts = [(about.computation if whole else about.result_first, look("data"))]
        if about.repair:
            facts.append((f"{self.glyphs.leaked} leaked: {about.repair}", look("leaked")))
        facts += [(said, look("quiet")) for said in about.largest[:1]]
        facts += [(_slope(slope, about.slopes), look("grad") + _leads_to(slope)) for slope in about.slopes]
        if moment.snapshot.begun or about.row.hidden == "grad":
            facts.append((_grads(about), look("grad")))
        owners, kind = _owners(about)
        facts.append((owners, look(kind)))
        lines, used = [SafeText(" ")], 1
        for text, style in facts:
            gap = 3 if used > 1 else 0
            if used > 1 and used + gap + cell_len(text) > width:
                if len(lines) == 2:
                    break
                lines.append(SafeText(" "))
                used, gap = 1, 0
            lines[-1].append(" " * gap)
            lines[-1].append(fit(text, min(cell_len(text), width - used - gap), self.glyphs.ellipsis), style)
            used += gap + cell_len(text)
        return [*lines, *([SafeText("")] * (2 - len(lines)))]  # Always two: nothing below jumps as one steps.

    def _full(self, about: Inspection, moment: Moment) -> list[SafeText]:
        row = about.row
        lines: list[tuple[str, str]] = [(about.computation, "data")]
        stop = moment.memory_stop
        if stop is not None and stop.node == row.id:
            lines += [(line, "stop") for line in stop.report]
        elif about.repair:
            lines.append((f"{self.glyphs.leaked} leaked: {about.repair}", "leaked"))
        data = "not computed yet" if row.data is None else full(row.data)
        data, grad = (
            ASKED if row.hidden == name else text for name, text in (("data", data), ("grad", full(row.grad)))
        )
        lines.append((f"data {data}   grad {grad}   line {row.line}: {about.source}", "data"))
        if about.numeric is not None:
            lines.append((f"finite difference of {about.root}: {full(about.numeric)}", "grad"))
        targets: dict[int, Style] = {}
        for slope in about.slopes:
            targets[len(lines)] = _leads_to(slope)
            numbers = "" if slope.numbers in (slope.formula, short(slope.value)) else f" = {slope.numbers}"
            since = f", since {slope.condition}" if slope.condition else ""
            equals = "" if slope.formula == short(slope.value) else f" = {short(slope.value)}"
            lines.append(
                (
                    f"slope to {slope.operand} (slot {slope.slot}): {slope.formula}{numbers}{equals}{since}",
                    "grad",
                )
            )
        if about.slopes:
            lines.append((about.why, "quiet"))
        lines += [(said, "quiet") for said in about.largest]
        if about.earlier_contributions:
            lines.append((f"{about.earlier_contributions} contributions before these:", "quiet"))
        lines += [(contribution.text, "grad") for contribution in about.contributions]
        named = about.owners if self._alone else about.owners[:_FEW]
        lines += [(f"{self.glyphs.owner} {owner}", "owner") for owner in named if row.live]
        if more := len(about.owners) - len(named) + about.more_owners:
            lines.append((f"and {more} more references", "owner"))
        if not row.live:
            lines.append(_owners(about))
        lines.append(("  ".join(f"{field} {value}" for field, value in about.struct), "quiet"))
        width = max(self.room - 2, 20)
        return [
            SafeText.assemble((f" {part}", self.look(style) + targets.get(index, Style.null())))
            for index, (text, style) in enumerate(lines)
            for part in wrap(text, width)
        ]


def _leads_to(slope: Slope) -> Style:
    """What a click on a slope finds there."""
    return Style(meta={"node": slope.node})


def _slope(slope: Slope, slopes: tuple[Slope, ...]) -> str:
    twice = sum(other.operand == slope.operand for other in slopes) > 1
    slot, number = f" (slot {slope.slot})" if twice else "", short(slope.value)
    equals = "" if slope.formula == number else f" = {number}"
    return f"slope to {slope.operand}{slot}: {slope.formula}{equals}"


def _grads(about: Inspection) -> str:
    grad = f"grad {ASKED if about.row.hidden == 'grad' else short(about.row.grad)}"
    return grad if about.numeric is None else f"{grad}, by finite difference {short(about.numeric)}"


def _owners(about: Inspection) -> tuple[str, str]:
    if not about.row.live:
        return "freed: nobody holds it", "freed"
    if about.row.hidden == "refs":
        return f"held by: {ASKED}", "owner"
    owners = [owner.partition(" since ")[0] for owner in about.owners[:_FEW]]
    more = len(about.owners) + about.more_owners - len(owners)
    return f"held by: {'; '.join(owners)}" + (f"; and {more} more" if more else ""), "owner"
