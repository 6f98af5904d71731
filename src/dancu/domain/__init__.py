"""The country as plain values: people, numbers, names, dates, places, questions and answers."""
