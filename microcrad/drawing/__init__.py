"""Diagrams: what is drawn of a graph, and, in `layout`, where it stands."""
