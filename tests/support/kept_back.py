"""A program with a secret of every kind, and all that the library and the plain lessons can say of it."""

from __future__ import annotations

from collections.abc import Iterator

from microcrad.errors import GraphError, ProgramError
from microcrad.export import FORMATS, MomentFormat
from microcrad.session.session import Session
from microcrad.timeline.inspection import inspect
from microcrad.timeline.leaks import leak_report
from microcrad.timeline.log import View
from microcrad.timeline.sentences import brief, computation, sentence
from microcrad.timeline.telling import Telling
from tui.commands import lesson_lines, outcome
from tui.playground import checks

__all__ = ["FAULT", "LEAKING", "SECRETS", "STOPPED", "Secret", "everything_said", "kept", "spoken"]

FAULT = "merged"
STOPPED = """\
# ownership: manual
x = 3
y = x*x
q = x*1.4375
w = 2
a = w*w
b = w*w
c = w*w
z = y*1.0625
t = z + q
backward(t)
print(q)
print(x)
n = log(x - 4)
k = 5
release(k)
m = k*2
"""
"""It ends where freed memory is touched."""
LEAKING = (
    "# ownership: manual\nx = 3\nspare = x*x\nretain(spare)\nbackward(spare)\nlate = x*4.75\nprint(late)\n"
)

Secret = tuple[Telling, str, str]
"""What is kept back, the program, and the form of what nobody may then be told."""
SECRETS: dict[str, Secret] = {
    "data": (Telling("q", "data"), STOPPED, r"4\.3125"),
    "grad": (Telling("x", "grad"), STOPPED, r"4\.625|7\.8125|3\.1875|6\.375"),
    "refs": (
        Telling("w", "refs"),
        STOPPED,
        r"\b7 references|leaf( +\S+){2,3} +7\b|refs=?:? *7\b|ref_count\W+7\b",
    ),
    "fault": (Telling(fault=False), STOPPED, r"merged|as one edge|set of operands|[Ff]irst wrong"),
    "findings": (Telling(findings=False), STOPPED, r"n is the first nan|are not finite|log needs|W says"),
    "repair": (Telling(repairs=False), STOPPED, r"repair: \w|Release k|Write release|Look at the"),
    "leak": (Telling(repairs=False), LEAKING, r"Write release"),
    "later": (Telling(events=9), LEAKING, r"14\.25|the program ends|late = 1|[1-9]\d* leaked"),
    "error": (Telling(events=60), STOPPED, r"is used: it was|which is freed|freed: on line|\bfree k\b"),
}


def kept(secret: Secret) -> Session:
    """A session with the secret's program, the fault on, that tells all but the secret."""
    telling, text, _ = secret
    session = Session()
    session.fault = FAULT
    session.veil(telling)
    session.open(text)
    return session


def spoken(session: Session) -> Iterator[str]:
    """All that is said at the moment where a session stands, by whatever reads it."""
    moment = session.moment
    at = moment.snapshot
    yield from lesson_lines.playground(moment)
    yield repr([at.row(node) for node in at.nodes])
    yield repr([inspect(at, node) for node in at.nodes])
    yield from (computation(at, node) for node in at.nodes)
    for plain in (False, True):
        yield from (fact for node in at.nodes for fact in outcome.explanation(at, node, plain=plain))
    yield repr((at.output, at.heap, at.leaks, leak_report(at), at.log.live_curve(40)))
    yield repr((moment.errors, moment.fault, moment.memory_stop, moment.progress))
    yield from map(str, moment.errors)
    if moment.comparison is not None:
        beside, first = moment.comparison, moment.comparison.first_wrong
        yield "" if first is None else f"First wrong: {first.sentence}"
        hidden = [at.hides(node) for node in at.nodes]  # What stands beside a number is hidden with it.
        yield repr([beside.right_grad(node) for node in at.nodes if hidden[node] != "grad"])
    yield from lesson_lines.checked(session.graph_check)
    yield from checks.diagnosis(at, session.findings)
    yield repr(session.findings)
    for row in FORMATS.values():
        try:
            if isinstance(row, MomentFormat):
                yield row.write(at) if at.nodes else ""
            else:
                yield row.write(at.program, moment.ownership)
        except (GraphError, ProgramError) as error:
            yield str(error)


def everything_said(session: Session, every: int = 1) -> str:
    """All that is said at every moment of a session's run, or at every so many, and at its end."""
    said: set[str] = set()
    session.view = View.ALL
    for position in {*range(0, len(session.log), every), len(session.log)}:
        session.go(position)
        said.update(spoken(session))
    at = session.snapshot
    for event in map(at.log.event, range(len(at.log))):
        said |= {sentence(at, event), brief(at.moved(event.index), event)}
    return "\n".join(sorted(said))
