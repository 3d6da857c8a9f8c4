"""Practice without end: tasks made from random programs by a seed, each a lesson of one step."""
