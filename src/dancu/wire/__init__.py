"""The wire: bytes to domain and back, without I/O. Wire names live here and nowhere inside."""
