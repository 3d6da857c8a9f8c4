"""Text: numbers, formulas, JSON, and what is safe to print."""
