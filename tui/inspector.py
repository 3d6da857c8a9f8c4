"""The inspector pane: one node explained, in a line or two or in full."""

from __future__ import annotations

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from microcrad.inspection import Inspection, inspect
from microcrad.numbers import full, short
from microcrad.session import Moment
from tui.glyphs import Glyphs
from tui.wrap import wrap

__all__ = ["Inspector"]


class Inspector(Static, can_focus=True):
    """The selected node's formula, local slopes, gradient and owners."""

    HELP = (
        "How the selected node got its number, what it passes back to each operand, its grad beside the "
        "slope found by nudging it (finite difference), and who holds it. i shows it in full."
    )
    COMPONENT_CLASSES = {
        "inspector--data", "inspector--grad", "inspector--owner", "inspector--quiet", "inspector--freed"
    }  # fmt: skip

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__("", id=id, markup=False)
        self.glyphs = glyphs
        self.in_full = False
        self._moment: Moment | None = None

    def show(self, moment: Moment) -> None:
        """Explain the moment's selected node."""
        self._moment = moment
        self.update(self._text())

    def on_resize(self) -> None:
        """Lay the text out for the new width."""
        if self._moment is not None:
            self.update(self._text())

    def _text(self) -> Text:
        moment = self._moment
        if moment is None or moment.selected is None:
            return Text(" Choose a node with the arrows.", self._style("quiet"))
        about = inspect(moment.snapshot, moment.selected)
        return self._full(about, moment) if self.in_full else self._brief(about, moment)

    def _brief(self, about: Inspection, moment: Moment) -> Text:
        """Facts side by side, as many to a line as fit, on at most two lines."""
        facts = [(about.computation, "data")]
        facts += [(_slope(slope.operand, slope.formula, slope.value), "grad") for slope in about.slopes]
        if moment.snapshot.log.seeds and moment.snapshot.position > moment.snapshot.log.seeds[0]:
            facts.append((_grads(about), "grad"))
        facts.append(_owners(about))
        width = max(self.size.width, 20)
        lines, used = [Text(" ")], 1
        for text, style in facts:
            gap = 3 if used > 1 else 0
            if used > 1 and used + gap + cell_len(text) > width:
                if len(lines) == 2:
                    break
                lines.append(Text(" "))
                used, gap = 1, 0
            lines[-1].append(" " * gap)
            lines[-1].append(text, self._style(style))
            used += gap + cell_len(text)
        return Text("\n").join(lines)

    def _full(self, about: Inspection, moment: Moment) -> Text:
        row = about.row
        lines: list[tuple[str, str]] = [(about.computation, "data")]
        digits = "not computed yet" if row.data is None else full(row.data)
        lines.append((f"data {digits}   grad {full(row.grad)}   line {row.line}: {about.source}", "data"))
        if about.numeric is not None:
            lines.append((f"finite difference of {about.root}: {full(about.numeric)}", "grad"))
        for slope in about.slopes:
            numbers = "" if slope.numbers in (slope.formula, short(slope.value)) else f" = {slope.numbers}"
            since = f", since {slope.condition}" if slope.condition else ""
            equals = "" if slope.formula == short(slope.value) else f" = {short(slope.value)}"
            lines.append((f"slope to {slope.operand} (slot {slope.slot}): {slope.formula}{numbers}{equals}{since}", "grad"))
        if about.slopes:
            lines.append((about.why, "quiet"))
        lines += [(contribution.text, "grad") for contribution in about.contributions]
        lines += [(f"{self.glyphs.owner} {owner}", "owner") for owner in about.owners if row.live]
        if not row.live:
            lines.append(_owners(about))
        width = max(self.size.width - 2, 20)
        rows = [Text(f" {part}", self._style(style)) for text, style in lines for part in wrap(text, width)]
        return Text("\n").join(rows)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"inspector--{name}", partial=True)


def _slope(operand: str, formula: str, value: float) -> str:
    number = short(value)
    return f"slope to {operand}: {formula}" + ("" if formula == number else f" = {number}")


def _grads(about: Inspection) -> str:
    grad = f"grad {short(about.row.grad)}"
    return grad if about.numeric is None else f"{grad}, by finite difference {short(about.numeric)}"


def _owners(about: Inspection) -> tuple[str, str]:
    if not about.row.live:
        return "freed: nobody holds it", "freed"
    owners = [owner.partition(" since ")[0] for owner in about.owners]
    return f"held by: {'; '.join(owners)}", "owner"
