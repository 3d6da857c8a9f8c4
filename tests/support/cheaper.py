"""What Textual does again and again in tests, though once would do: read styles, ask who works, draw.

And what it leaves to luck: an act of the pilot ends when everything that it brings about has been dealt with.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from typing import Any

import pytest
from rich.console import RenderableType
from textual._compositor import Compositor
from textual._styles_cache import StylesCache
from textual._wait import SLEEP_GRANULARITY, wait_for_idle
from textual.app import App
from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen
from textual.timer import Timer

__all__ = ["make_textual_cheaper"]

ROUNDS = 30
"""How often at most an act is waited for: what is always on its way, as a run is, does not end."""
BUSY_SECONDS = 0.2
"""How long at most the pilot waits after a key for an app that is busy, as with a run; Textual: a second."""


def make_textual_cheaper(patch: pytest.MonkeyPatch) -> None:
    """All apps share styles; the pilot asks only who works, until nobody does; an act has one frame."""
    _let_go_of_widgets(patch)
    _share_styles(patch)
    _match_styles_once(patch)
    _let_no_timer_lapse(patch)
    patch.setattr(wait_for_idle, "__defaults__", (SLEEP_GRANULARITY, BUSY_SECONDS))
    _settle_and_draw_once_an_act(patch)


def _let_go_of_widgets(patch: pytest.MonkeyPatch) -> None:
    """Textual remembers two colours for each widget by its picture: of a thousand that are gone, too."""
    colours = StylesCache.get_inner_outer.__wrapped__  # type: ignore[attr-defined]
    remembered = lru_cache(1024)(partial(colours, StylesCache))
    patch.setattr(StylesCache, "get_inner_outer", staticmethod(remembered))


def _share_styles(patch: pytest.MonkeyPatch) -> None:
    """Rules are not changed once they are read; they depend on the text, where it is from, and the theme."""
    read: dict[tuple[object, ...], list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parsed(self: Stylesheet, css: str, read_from: Any, *rest: Any, **named: Any) -> list[RuleSet]:
        key = (css, read_from, rest, *sorted(named.items()), *sorted(self._variables.items()))
        if key not in read:
            read[key] = parse(self, css, read_from, *rest, **named)
        return read[key]

    patch.setattr(Stylesheet, "_parse_rules", parsed)
    patch.setattr(RuleSet, "__hash__", object.__hash__)  # Their own says the same, a hundred times as slowly.


def _match_styles_once(patch: pytest.MonkeyPatch) -> None:
    """What is said of a node depends on the rules, on what it is and how it is, and on what it stands in.

    But for its place among others: where a rule asks for that, Textual keeps no answer, nor is one kept here.
    """
    places: dict[object, int] = {}
    states: dict[object, object] = {}
    said: dict[int, tuple[RulesMap, dict[str, bool], RulesMap]] = {}
    apply = Stylesheet.apply

    def sheet(self: Stylesheet) -> int:
        """Which rules there are, as a number: it is asked for with every node."""
        rules, number = vars(self).get("_numbered", (None, 0))
        if rules is not self.rules:
            number = places.setdefault(tuple(map(id, self.rules)), len(places))
            vars(self)["_numbered"] = self.rules, number
        return int(number)

    def applied(self: Stylesheet, node: DOMNode, *, animate: bool = False, cache: Any = None) -> None:
        component = type(node) is DOMNode  # Of a widget, whose turn this is; made anew each time.
        if component:
            where: object = (vars(node._parent)["_matched_at"], node._classes and frozenset(node._classes))
        else:
            path = (states.setdefault(its, its) for its in map(_state, node.css_path_nodes))
            where = (sheet(self), *_state_of_app(node.app), *path)
        place = places.setdefault(where, len(places))
        if place in said and vars(node).get("_matched_at") == place:
            return  # It is as it was.
        vars(node)["_matched_at"] = place
        if place in said:
            rules, asked, styles = said[place]
            vars(node).update(asked)
            if component:
                node._css_styles._rules.update(styles)
                return
            self.replace_rules(node, rules, animate=animate)
            self._process_component_classes(node)
            return
        answers: dict[tuple[object, ...], RulesMap] = {}
        apply(self, node, animate=animate, cache=answers)
        for rules in answers.values():
            asked = {name: getattr(node, name) for name in _ASKED}
            said[place] = rules, asked, node._css_styles.get_rules()

    patch.setattr(Stylesheet, "apply", applied)


_ASKED = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")
"""What a node knows of the rules that may concern it."""


def _state(node: DOMNode) -> tuple[object, ...]:
    """What a rule may ask of a node by itself."""
    its = vars(node)
    return (
        type(node), node._id, frozenset(node._classes), its.get("_reactive_mouse_hover"),
        its.get("_reactive_has_focus"), its.get("_reactive_disabled"), its.get("can_focus"),
    )  # fmt: skip


def _state_of_app(app: App[Any]) -> tuple[object, ...]:
    return app.current_theme.dark, app.app_focus, app.is_inline, app.native_ansi_color, app.no_color


def _let_no_timer_lapse(patch: pytest.MonkeyPatch) -> None:
    """One that is due before it has begun to wait, as short ones are on a busy machine, would never be."""
    make = Timer.__init__

    def made(self: Timer, *args: Any, repeat: int | None = None, **named: Any) -> None:
        make(self, *args, repeat=repeat, **named)
        self._skip = self._skip and repeat is None

    patch.setattr(Timer, "__init__", made)


def _settle_and_draw_once_an_act(patch: pytest.MonkeyPatch) -> None:
    """An act ends when nobody has a message left, and nothing waits for the next frame; then it is drawn.

    Textual sends every widget a message after every act, and waits until each has come to it; what they send
    each other meanwhile may still be on its way. It draws, for nobody, after every key of several, and often
    while an app starts. A test that reads the screen has it drawn as well.
    """
    ask, pause, run, draw = Pilot._wait_for_screen, Pilot.pause, App.run_test, Compositor.render_update

    async def settled(self: Pilot[Any], timeout: float = 30.0) -> bool:
        app = self.app
        for _ in range(ROUNDS):
            if not _all_wait(app) and not await ask(self, timeout):
                return False
            if not _runs(app) or (_all_wait(app) and not _owes_a_frame(app.screen)):
                break
            app.screen._on_timer_update()
        if _runs(app) and app.screen._compositor._dirty_regions:
            draw(app.screen._compositor, screen_stack=app._background_screens)
        return True

    async def paused(self: Pilot[Any], delay: float | None = None) -> None:
        await pause(self, delay)
        await settled(self)

    @asynccontextmanager
    async def run_to_the_end(self: App[Any], **how: Any) -> AsyncIterator[Pilot[Any]]:
        """What the last act brings about arrives while there are widgets to receive it."""
        async with run(self, **how) as pilot:
            yield pilot
            if _runs(self):
                await settled(pilot)

    def marked(self: Compositor, full: bool = False, **how: Any) -> RenderableType | None:
        """What has changed stays marked, unless all is asked for, as for a picture."""
        return draw(self, full=True, **how) if full else None

    patch.setattr(Pilot, "_wait_for_screen", settled)
    patch.setattr(Pilot, "pause", paused)
    patch.setattr(App, "run_test", run_to_the_end)
    patch.setattr(Compositor, "render_update", marked)


def _runs(app: App[Any]) -> bool:
    return app._running and bool(app._screen_stack)


def _all_wait(app: App[Any]) -> bool:
    """Whether everyone waits for messages, and there are none."""
    return _runs(app) and all(_waits(each) for each in (app, *app.screen.walk_children(with_self=True)))


def _waits(pump: MessagePump) -> bool:
    queue = pump._message_queue
    return queue.empty() and bool(queue.ready_event._waiters) and not pump._next_callbacks


def _owes_a_frame(screen: Screen[Any]) -> bool:
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._dirty_widgets
        or screen._callbacks
    )
