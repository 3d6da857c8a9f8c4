"""What all tests share."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings
from samples import ALL, FEW
from tools import require

_LONG_SECONDS = 1800
"""After how long a test is ended where not only a part of its samples is taken."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known, and decide how many samples are taken, before tests are read."""
    settings.load_profile(FEW if config.getoption("markexpr") == "not slow" else ALL)
    config.addinivalue_line("markers", "needs(program): skip, or on a build machine fail, without a program")
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # As a shell starts what is to run in the background:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # what tests start would ignore ctrl+c too.
    config.addinivalue_line("markers", "slow: not run by `make test`, where a smaller sample stands for it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give tests that take all their samples the time for it."""
    if config.getoption("markexpr") != "not slow":
        for item in items:
            item.add_marker(pytest.mark.timeout(_LONG_SECONDS))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Tests and what they import stay to the end: the collector need not walk them each time.

    An app that has ended is garbage in circles; it is looked for when there are several.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 10, 20)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before a test, see that the programs it needs are here."""
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            require(name)


@pytest.fixture(autouse=True, scope="session")
def nobodys_progress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the progress, the state or the networks of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MICROCRAD_PROGRESS", str(tmp_path_factory.mktemp("progress") / "progress.toml"))
        patch.setenv("MICROCRAD_STATE", str(tmp_path_factory.mktemp("state") / "state.toml"))
        yield
