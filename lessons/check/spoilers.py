"""Whether anything that is shown of a task gives it away: what panes and exports say is gone through.

Where a number is to be predicted, it is looked for in all that is said of its node; where something is to be
predicted or chosen, so are the repair of what is wrong and the story of an error that lies ahead.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from lessons.format.lesson import Asked, Step
from lessons.kinds.base import placed
from lessons.kinds.graph_checks import MOST_NODES
from lessons.take.in_session import SessionGround
from lessons.take.secrets import asked_number
from lessons.take.taking import Taking
from microcrad.errors import GraphError, ProgramError
from microcrad.export import FORMATS, MomentFormat
from microcrad.session.session import Session
from microcrad.text.numbers import full, short
from microcrad.timeline.inspection import inspect
from microcrad.timeline.leaks import leak_report
from microcrad.timeline.log import View
from microcrad.timeline.outline import FREED_GROUP, outline
from microcrad.timeline.sentences import brief, sentence

__all__ = ["spoilers"]


def spoilers(taking: Taking, step: Step) -> Iterator[str]:
    """What gives a task away as it begins."""
    if not isinstance(taking.ground, SessionGround):
        return
    taking.reset()
    session = taking.ground.session
    if step.asked is not None and _is_there(session, step.asked):
        yield "the number to predict is there as the step begins. Begin before it: just before backward."
    repairs, stop = _repairs(session), session.whole.run.memory_stop
    shown = "\n".join(_said(session)) if repairs or stop is not None else ""
    if step.asked is not None and (found := _number_told(session, step.asked)):
        yield f"the number to predict is there to be read: {found}"
    for repair in repairs:
        if repair in shown:
            yield f"it says how to repair what is wrong here: {repair} Add repairs to hides."
    if not (step.predict or step.choices):
        return
    if step.asked is not None and (found := _root_like(session, step.asked)):
        yield f"the number to predict is that of the root, {found}, which is there. Begin with other numbers."
    whole = session.whole
    ahead = whole.snapshot.position < whole.snapshot.event_count
    if stop is not None and ahead and any(line in shown for line in (stop.happened, stop.error.message)):
        yield f"it tells of an error that lies ahead: {stop.error.message} Add later to hides."


def _repairs(session: Session) -> list[str]:
    """How to repair what is wrong at the end of the run, in sentences."""
    whole = session.whole
    end = whole.snapshot.end
    found = [leak.repair for leak in leak_report(end).leaks]
    found += [finding.repair for finding in whole.findings]
    found += [whole.run.memory_stop.repair] if whole.run.memory_stop is not None else []
    return sorted({repair for repair in found if repair})


def _said(session: Session) -> Iterator[str]:
    """All that is said at the moment where a session stands, by whatever reads it.

    Of what one place of the program makes again and again, what is said of the first is read; and all that
    is said of what anything is wrong with. So of a very large graph no exports are read, which say of each
    node the same as its row.
    """
    moment = session.moment
    at = moment.snapshot
    leaks = leak_report(session.whole.snapshot.end).leaks
    wrong = {each.node for each in session.whole.findings} | {each.node for each in leaks}
    wrong &= {*at.nodes}
    seen: set[tuple[object, ...]] = set()
    for node in at.nodes:
        made = (at.span(node), at.operation(node).name)
        if made not in seen or node in wrong:
            seen.add(made)
            yield repr((at.row(node), inspect(at, node)))
    yield repr((at.output, leak_report(at), session.findings, moment.fault))
    yield from map(str, moment.errors)
    yield from moment.memory_stop.report if moment.memory_stop is not None else ()
    for event in map(at.event, at.in_view(View.ALL)):
        place = (event.kind, event.span, at.operation(event.node).name if event.node >= 0 else "")
        if place not in seen or event.node in wrong or event.source in wrong:
            seen.add(place)
            yield sentence(at, event)
            yield brief(at.moved(event.index), event)
    for row in FORMATS.values():
        try:
            if isinstance(row, MomentFormat):
                yield row.write(at) if 0 < len(at.nodes) <= MOST_NODES else ""
            else:
                yield row.write(at.program, moment.ownership)
        except (GraphError, ProgramError) as error:
            yield str(error)


def _root_like(session: Session, asked: Asked) -> str:
    """The root, where its data is told and is the grad asked for; whole numbers may be so by chance."""
    number, at = asked_number(session, asked), session.snapshot
    if asked.field != "grad" or number is None or number == round(number):
        return ""
    tops = [row.node for row in outline(at) if row.depth == 0 and row.node != FREED_GROUP]
    same = [node for node in tops if math.isclose(at.data(node) or 0.0, number, rel_tol=1e-6)]
    return at.label(same[0]) if same else ""


def _is_there(session: Session, asked: Asked) -> bool:
    """Whether one stands where the number that is asked for has come out."""
    return asked.at != "here" and session.position >= placed(session.whole.snapshot, asked.at).position


def _number_told(session: Session, asked: Asked) -> str:
    """Where the number that is asked for is said of its node, at the moment that is asked about."""
    number = asked_number(session, asked)
    at = placed(session.snapshot, asked.at)
    node = at.find(asked.node)
    if number is None or node is None or math.isnan(number):
        return ""
    row, about = at.row(node), inspect(at, node)
    if row.hidden != asked.field:
        return f"the row of {asked.node} has it."
    said = [text for text in (about.computation, *(each.text for each in about.contributions)) if text]
    if asked.field == "refs":
        return ""  # A count stands in a row, and in who holds the node, which says `?` then.
    if asked.field == "grad":
        name = re.escape(asked.node)
        form = re.compile(rf"{name}\.grad (= )?({re.escape(short(number))}|{re.escape(full(number))})\b")
    else:
        form = re.compile(rf"= ({re.escape(short(number))}|{re.escape(full(number))})$")
    return next((text for text in said if form.search(text)), "")
