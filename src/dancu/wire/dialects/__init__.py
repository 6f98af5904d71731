"""Dialects: how a payload writes a citizen. Told apart by structure, never by namespace."""
