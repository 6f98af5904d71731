"""The one-stop desk: an officer picks a procedure, scans a card, and the form is there (docs/desk.md)."""
