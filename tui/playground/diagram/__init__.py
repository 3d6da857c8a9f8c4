"""The graph as a diagram: what is shown of it, where that stands, how it is painted and walked."""
