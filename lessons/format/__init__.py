"""What a lesson's file may hold, and how it becomes a lesson."""
