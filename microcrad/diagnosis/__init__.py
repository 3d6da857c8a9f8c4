"""What is wrong with the numbers of a run, and where two runs depart from each other."""
