"""What the cyclic collector skips while nodes are made; in processes of their own, where few objects are."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEGIN = """
import gc
import weakref
from microcrad import Value, collector

class Knot:
    def __init__(self):
        self.knot = self

def grow(count, make=lambda: Value(1.0)):
    return [make() for _ in range(count)]

walked, spared = [], []

def watch(phase, info):  # After the library's own callback, which has set all aside by then, or not.
    if phase == "start" and info["generation"] == 2:
        (spared if gc.get_freeze_count() else walked).append(phase)

now = 0.0
collector.perf_counter = lambda: now
old = Knot()
knot = weakref.ref(old)
gc.collect()
del old  # Only a collection among all objects finds it now.
gc.callbacks[0].took = 1.0  # As if that one had taken a second.
gc.callbacks.append(watch)
"""


def run(program: str) -> str:
    """What a program prints."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + program], capture_output=True, text=True, timeout=120, check=False
    )
    assert not done.stderr, done.stderr
    return done.stdout.strip()


def test_collections_among_all_objects_are_spared_while_nodes_are_made() -> None:
    """Afterwards objects are where they were; collections among younger ones go on as ever."""
    assert run("""
before = gc.get_stats()[0]["collections"]
graph = grow(400_000)
young = gc.get_stats()[0]["collections"] - before
print(len(walked), len(spared) > 1, young > 400, knot() is None, gc.get_freeze_count())
gc.collect()
print(knot() is None)
""").splitlines() == ["0 True True False 0", "True"]


def test_one_comes_when_ten_times_as_long_as_the_last_took_has_gone_by() -> None:
    """What a program dropped is found in the midst of a graph."""
    assert run("""
now = 9.5
graph = grow(400_000)
print(len(walked), knot() is None)
now = 10.5
graph += grow(400_000)
print(len(walked) > 0, knot() is None)
""").splitlines() == ["0 False", "True True"]


def test_one_that_is_asked_for_is_never_spared() -> None:
    """Right after a graph was made, too, when its nodes are the newest objects."""
    assert (
        run("""
graph = grow(600)
gc.collect()
print(len(walked), len(spared), knot() is None)
""")
        == "1 0 True"
    )


@pytest.mark.parametrize("make", ["Knot", "lambda: [[], {}, Value(1.0)]"])
def test_a_program_that_makes_other_things_is_collected_as_ever(make: str) -> None:
    assert (
        run(f"""
kept = grow(400_000, {make})
print(len(walked) > 0, len(spared), knot() is None)
""")
        == "True 0 True"
    )


def test_what_a_program_froze_stays_frozen() -> None:
    assert (
        run("""
gc.callbacks.remove(watch)
gc.freeze()
before = gc.get_freeze_count()
graph = grow(400_000)
print(gc.get_freeze_count() - before)
""")
        == "0"
    )
