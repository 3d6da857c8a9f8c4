"""Text on its way to the screen: nothing in it is obeyed, is markup, or vanishes, and it ends somewhere."""

from __future__ import annotations

import pytest
from hostile import HOSTILE, LONG, obeyed
from rich.cells import cell_len as cells
from rich.segment import Segment
from screens import until
from textual.app import ComposeResult
from textual.color import Color
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets._toast import Toast

from microcrad.text.visible import visible
from tui.widgets.line_field import LineField
from tui.widgets.safe_text import LastNet, SafeApp, SafeText, Said, content, shown
from tui.widgets.wrap import cell_len, clip, fit, wrap

TEXTS = [HOSTILE, LONG, "e" + "\u0301" * 100_000, "重" * 100_000, "\x1b" * 100_000, "\t" * 9]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:6]))
@pytest.mark.parametrize("width", [2, 7, 80])
def test_a_row_is_as_wide_as_it_was_measured_to_be(text: str, width: int) -> None:
    row = fit(text, width)
    assert not obeyed(row)
    assert cells(row) == width == cell_len(row)
    assert len(row) <= 50 * width
    rows = wrap(text, width, 3)
    assert len(rows) <= 3
    assert all(cells(each) <= width and not obeyed(each) for each in rows)


def test_what_is_cut_off_is_marked_also_where_it_takes_no_cells() -> None:
    assert clip("e" + "\u0301" * 10_000, 10).endswith("…")
    assert clip("\x1b" * 10, 40) == "\\x1b" * 10
    assert clip("\x1b" * 11, 40) == "\\x1b" * 9 + "\\x1…"


def test_words_show_also_what_rich_and_textual_would_leave_out() -> None:
    for words in (
        SafeText(HOSTILE),
        SafeText().append(HOSTILE, "bold"),
        SafeText.assemble("", (HOSTILE, "bold")),
    ):
        assert words.plain == visible(HOSTILE)
    assert content(HOSTILE, ("\x08", "$quiet")).plain == visible(HOSTILE) + "\\x08"
    assert SafeText("a\n\tb").plain == "a\n    b"


def test_a_very_long_text_ends_in_an_ellipsis() -> None:
    assert shown(LONG).endswith("…")
    assert len(shown(LONG)) < 10 * 20_000
    assert shown("a" * 20_000) == "a" * 20_000


def test_the_net_leaves_cells_where_they_are() -> None:
    net, black = LastNet(), Color(0, 0, 0)
    row = [Segment("│ 重\x1b[2J\x07"), Segment("x\u202ey\ud800z"), Segment("é 👨\u200d👩 \xa0")]
    caught = net.apply(row, black)
    assert [segment.text for segment in caught] == ["│ 重[2J", "xy�z", "é 👨\u200d👩 \xa0"]
    assert [segment.cell_length for segment in caught] == [segment.cell_length for segment in row]
    assert net.apply(row[2:], black) == row[2:]


class Bare(SafeApp):
    """One widget of each kind, given text from outside."""

    def compose(self) -> ComposeResult:
        yield Said(HOSTILE, id="said")
        yield LineField(HOSTILE, id="field")


async def test_what_is_said_is_no_markup_and_what_is_typed_keeps_its_places() -> None:
    app = Bare()
    async with app.run_test(size=(200, 6)) as pilot:
        said, field = app.query_one("#said", Said), app.query_one("#field", LineField)
        assert said.render_line(0).text.startswith(visible(HOSTILE)[:199])
        drawn = field.render_line(0).text
        assert not obeyed(drawn)
        assert drawn[: len(HOSTILE)].count("�") == len(obeyed(HOSTILE)) + HOSTILE.count("\x1b") - 1
        assert drawn.index("[red]") == HOSTILE.index("[red]")
        assert field._cursor_offset == len(HOSTILE) + 1
        said.update("[b]\x07")
        await pilot.pause()
        assert said.render_line(0).text.strip() == "[b]\\x07"
        field.value = LONG
        await pilot.pause()
        assert field.value == LONG
        assert field.virtual_size.width < 30_000
        assert app.size == Size(200, 6)


async def test_what_is_about_to_go_is_not_shown_anew() -> None:
    """As a dialog opens: what is left of its time could be less than nothing by when its timer begins."""
    app = SafeApp()
    async with app.run_test(notifications=True) as pilot:
        app.notify("old")
        app.notify("new")
        await pilot.pause()
        (old, _) = list(app._notifications)
        old.raised_at -= old.timeout - 0.05
        app.push_screen(Screen())
        await until(pilot, lambda: bool(app.screen.query(Toast)))
        assert [each._notification.message for each in app.screen.query(Toast)] == ["new"]
