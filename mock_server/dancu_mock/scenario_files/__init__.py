"""Scenarios as files: their types, how they are read and played, and those that come with the mock."""
