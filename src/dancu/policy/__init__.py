"""Decisions without I/O: what an audit record holds. Clock and randomness are injected."""
