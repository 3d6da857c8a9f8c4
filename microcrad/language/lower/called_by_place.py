"""Between two lines of a program, lists that had to be called by a number get the names of their places.

While a loop or a line goes on, another list may have the name that one writes for a list: it is `rows[1]#2`
then. Afterwards it is `rows[1]` again, in the table, in C and in Python.
"""

from __future__ import annotations

from collections.abc import Iterator

from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft
from microcrad.language.lower.scopes import Items
from microcrad.language.source_places import Span

__all__ = ["call_by_places"]


def call_by_places(of: Draft, span: Span) -> None:
    """Give lists the names of their places, where these are free.

    A list that still has another place's name goes first; where lists have each other's, they keep them.
    """
    scope, moved = of.scope, True
    meant = {part for items in scope.lists() for part in items.parts if isinstance(part, str)}
    lists = tuple(f"{name}[" for name, bound in scope.bindings.items() if isinstance(bound, Items))
    if gone := tuple(each for each in scope.owned if each.startswith(lists) and each not in meant):
        of.out.append(st.Leave(gone, span))  # A loop that is over went on to mean their list.
        for each in gone:
            del scope.owned[each]
    while moved:
        moved, of.called_by_number = False, False
        for name, bound in scope.bindings.items():
            places = list(_places(name, bound))
            for place, items in places:
                astray = items.said.startswith(f"{name}[") and (items.said, items) not in places
                if astray and _is_free(of, f"{place}[", items):
                    of.list_names.move(items, place, span)
                    moved = True
                elif "#" in items.said:
                    of.called_by_number = True


def _is_free(of: Draft, own: str, items: Items) -> bool:
    """Whether no node has a name that begins so, and no other list has this one's names."""
    if any(each.startswith(own) for each in (*of.scope.owned, *of.saved)):
        return False
    names = {part for part in items.parts if isinstance(part, str)}
    return all(names.isdisjoint(each.parts) for each in of.scope.lists() if each is not items)


def _places(said: str, bound: object) -> Iterator[tuple[str, Items]]:
    """The lists in a list, each with what one writes for it."""
    if isinstance(bound, Items):
        for place, part in enumerate(bound.parts):
            if isinstance(part, Items):
                yield f"{said}[{place}]", part
                yield from _places(f"{said}[{place}]", part)
