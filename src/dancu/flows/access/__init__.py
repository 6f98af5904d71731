"""Credential families: each turns a request into an authorised one. One family, one file."""
