"""What the tests of the command line share."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from click.testing import CliRunner, Result

from microcrad.examples import examples
from tui.commands.main import main

NEURON = next(found.text for found in examples() if found.slug == "neuron")
MANUAL = "# ownership: manual\na = 2\nb = a*3\nrelease(a)\nc = a + b\n"
LEAKY = "a = 1\nb = a*2\nretain(b)\nb = 3\nprint(b)\n"
MODULE = [sys.executable, "-m", "microcrad"]


def microcrad(*arguments: str, stdin: str | bytes = "") -> Result:
    """Run the command line in this process; whatever it raises is a failure."""
    result = CliRunner().invoke(main, arguments, input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def process(*arguments: str, stdin: str = "", **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person does."""
    return subprocess.run([*MODULE, *arguments], input=stdin, capture_output=True, text=True, **settings)
