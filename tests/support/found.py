"""What is wrong with a program at its end, by its kind."""

from __future__ import annotations

from programs import end_of, run

from microcrad.diagnosis.diagnosis import Finding, Trouble, diagnose

__all__ = ["findings", "only"]


def findings(text: str) -> dict[Trouble, Finding]:
    """What is found at a program's end, each kind once."""
    found = diagnose(end_of(run(text)))
    assert len({finding.kind for finding in found}) == len(found)
    return {finding.kind: finding for finding in found}


def only(text: str, kind: Trouble) -> Finding:
    """The one finding of a program."""
    found = findings(text)
    assert list(found) == [kind], found
    return found[kind]
