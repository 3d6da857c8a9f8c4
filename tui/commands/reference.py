"""The command that prints the reference."""

from __future__ import annotations

import click

from microcrad.text.near import did_you_mean
from tui.commands.reading import Wrong
from tui.saying import say

__all__ = ["reference"]


@click.command()
@click.argument("name", required=False)
def reference(name: str | None) -> int:
    """Print the reference of the language and its operations.

    NAME is one entry of it, by its name or as it is written.

    \b
    microcrad reference
    microcrad reference tanh
    microcrad reference '**'
    """
    from microcrad import reference as book

    if name is None:
        say(book.reference_lines())
        return 0
    found = book.find(name)
    if found is None:
        names = [each.name for section in book.reference() for each in section.entries]
        raise Wrong(
            f"The reference has no {name!r}.{did_you_mean(name, names)} microcrad reference prints all of it."
        )
    say(book.entry_lines(found))
    return 0
