"""Running statements on real values in a real heap: who owns what, wrong engines, and where a run stops."""
