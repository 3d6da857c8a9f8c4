"""What the cyclic collector skips while nodes are made; in processes of their own, where few objects are."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEGIN = """
import gc
import weakref
from microcrad import Value

class Knot:
    def __init__(self):
        self.knot = self

two = Value(2.0)

def grow(count, make=lambda: two * two):
    return [make() for _ in range(count)]

def collections(generation=2):
    return gc.get_stats()[generation]["collections"]

before = grow(200_000, list)
old = Knot()
knot = weakref.ref(old)
gc.collect()
start = collections()
del old  # Only a collection among all objects finds it now.
"""


def run(program: str) -> str:
    """What a program prints."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + program], capture_output=True, text=True, timeout=120, check=False
    )
    assert not done.stderr, done.stderr
    return done.stdout.strip()


def test_collections_among_all_objects_are_put_off_while_nodes_are_made() -> None:
    """Afterwards objects are where they were; collections among younger ones go on as ever."""
    assert run("""
young = collections(0)
graph = grow(600_000)
print(collections() - start, collections(0) - young > 600, knot() is None, gc.get_freeze_count())
gc.collect()
print(knot() is None)
""").splitlines() == ["0 True False 0", "True"]


def test_one_comes_when_four_times_as_many_objects_were_made_as_there_were() -> None:
    """What a program dropped is found in the midst of a graph; the next one takes as many more."""
    assert run("""
graph = grow(1_600_000)
print(collections() - start, knot() is None)
gc.collect()
start = collections()
graph += grow(1_600_000)
print(collections() - start)
""").splitlines() == ["1 True", "0"]


def test_none_comes_before_a_million_objects_were_made() -> None:
    assert (
        run("""
before.clear()
gc.collect()
start = collections()
graph = grow(900_000)
few = collections() - start
graph += grow(400_000)
print(few, collections() - start)
""")
        == "0 1"
    )


@pytest.mark.parametrize("make", ["Knot", "lambda: [[], {}, two * two]"])
def test_a_program_that_makes_other_things_is_collected_as_ever(make: str) -> None:
    assert (
        run(f"""
kept = grow(400_000, {make})
print(collections() > start, knot() is None)
""")
        == "True True"
    )


def test_what_a_program_froze_stays_frozen() -> None:
    assert (
        run("""
gc.freeze()
graph = grow(600_000)
print(gc.get_freeze_count() > len(before))
""")
        == "True"
    )


@pytest.mark.parametrize("generation", [0, 1, 2])
def test_an_interrupt_during_a_collection_reaches_the_program(generation: int) -> None:
    """What is raised in a function that the collector calls is lost; so none of microcrad's is called."""
    assert (
        run(f"""
import _thread
from collections import defaultdict

interrupts = defaultdict(_thread.interrupt_main)  # An entry that is missing interrupts, but not here yet.

def interrupt(phase, info):
    if phase == "stop" and info["generation"] == {generation} and not interrupts:
        interrupts[phase]

gc.callbacks.insert(0, interrupt)
try:
    kept = grow(400_000{"" if generation < 2 else ", list"}) + grow(2_000)
except KeyboardInterrupt:
    print("interrupted")
""")
        == "interrupted"
    )
