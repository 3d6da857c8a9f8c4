"""What a learner has done: kept, and asked about again."""
