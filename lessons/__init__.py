"""Lessons: Markdown files, their loader and their checks against the real state of a session."""
