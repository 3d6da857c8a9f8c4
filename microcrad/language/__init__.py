"""The program language: text becomes statements with their places, or errors that say what to write."""
