"""Events as lessons write them, in checks and as places to go to: a word, and a node if one is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping

from microcrad.timeline.log import Kind as Event

__all__ = ["EVENTS", "EVENT_FORM", "event_problem"]

EVENTS: Mapping[str, Event] = {
    "allocate": Event.ALLOCATE, "compute": Event.COMPUTE, "retain": Event.RETAIN, "release": Event.RELEASE,
    "free": Event.FREE, "set-data": Event.WRITE_DATA, "set-grad": Event.WRITE_GRAD, "backward": Event.SEED,
    "send": Event.EDGE, "receive": Event.EDGE, "name": Event.BIND, "forget": Event.FORGET,
    "print": Event.PRINT, "warning": Event.WARNING, "error": Event.ERROR, "end": Event.END,
}  # fmt: skip
"""What an event is called in lessons; `send` and `receive` are the two ends of one edge."""
EVENT_FORM = re.compile(r"\s*([a-z-]+)(?:\s+(.+?))?(?:\s+to\s+(.+?))?\s*")


def event_problem(text: str) -> str:
    """What is wrong with an event as a lesson writes it, in a sentence; empty if nothing is."""
    form = EVENT_FORM.fullmatch(text)
    if form is None or form[1] not in EVENTS:
        return f"{text!r} is no event, expected one of {', '.join(EVENTS)}, and a node if one is meant."
    if form[3] is not None and form[1] != "send":
        return f"{text!r}: only send has a node it goes to, as in 'send y to x'."
    return ""
