"""The compiler for lessons: what is wrong with a file, found by taking it."""
