"""Writes docs/reference.md from the tables of the language and the engine: `make reference`."""

from pathlib import Path

from microcrad.reference import markdown

if __name__ == "__main__":
    Path(__file__).with_suffix(".md").write_text(markdown(), encoding="utf-8")
