"""What a lesson hides is in no pane and no dialog, at no moment; once it may be told it is there."""

from __future__ import annotations

import re

import pytest
from kept_back import FAULT, LEAKING, SECRETS, STOPPED
from screens import MakeApp, screen_text
from textual.pilot import Pilot

from microcrad.timeline.log import View
from microcrad.timeline.telling import EVERYTHING, Telling
from tui.app import PlaygroundApp

ALWAYS = Telling(fault=False, findings=False, repairs=False)
KINDS = ["fault", "findings", "repair"]
LAYOUTS = ["", "dci"]
"""What is pressed for other panes: diagram, C, the inspector in full."""


async def seen(pilot: Pilot[None], app: PlaygroundApp, every: int) -> str:
    """All that stands on the screen at every so many moments of the run, in every pane, and with every key
    that asks what is wrong."""
    playground, session, texts = app.playground, app.playground.session, []
    session.view = View.ALL
    for layout in LAYOUTS:
        await pilot.press(*layout)
        for position in {*range(0, len(session.log), every), len(session.log)}:
            session.go(position)
            for node in session.snapshot.nodes[-1:] if position % 2 else session.snapshot.nodes[2:4]:
                session.select(node)
            playground.show_panes()
            await pilot.pause()
            texts.append(screen_text(app))
        for asks in ("w", "W", "C"):
            await pilot.press(asks)
            await app.workers.wait_for_complete()
            await pilot.pause()
            texts.append(screen_text(app))
            await pilot.press("escape")
    return "\n".join(texts)


ROWS: dict[str, tuple[str, Telling, list[str], int]] = {
    "grad": (STOPPED, ALWAYS._replace(node="x", field="grad"), ["grad", *KINDS], 20),
    "later": (LEAKING, SECRETS["later"][0], ["later"], 4),
    "leak": (LEAKING, SECRETS["leak"][0], ["leak"], 12),
    "error": (STOPPED, SECRETS["error"][0], ["error"], 20),
    "data": (STOPPED, ALWAYS._replace(node="q", field="data"), ["data", *KINDS], 6),
    "refs": (STOPPED, ALWAYS._replace(node="w", field="refs"), ["refs", *KINDS], 6),
}
"""A program, what is kept back, the secrets that are then looked for, and at every how many moments."""
SLOW = ("leak", "data", "refs", "later", "error")


@pytest.mark.parametrize(
    ("text", "telling", "kinds", "every"),
    [pytest.param(*row, id=id_, marks=pytest.mark.slow if id_ in SLOW else []) for id_, row in ROWS.items()],
)
async def test_a_secret_is_nowhere_on_the_screen(
    make_app: MakeApp, text: str, telling: Telling, kinds: list[str], every: int
) -> None:
    app = make_app(text, "kept.mc")
    session = app.desks.own.session
    session.switch_fault(FAULT)
    session.veil(telling)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        shown = await seen(pilot, app, every)
        for kind in kinds:
            found = re.search(SECRETS[kind][2], shown)
            assert found is None, (kind, shown[max(found.start() - 200, 0) : found.end() + 100])
        assert "4.75" in shown if text is LEAKING else "1.4375" in shown
        session.veil(EVERYTHING)
        app.playground.show_session(session)
        shown = await seen(pilot, app, 3 * every)
        for kind in kinds:
            assert re.search(SECRETS[kind][2], shown), kind
