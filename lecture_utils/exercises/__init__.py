"""Exercises of the lessons: solution, check and the mistakes it diagnoses."""
