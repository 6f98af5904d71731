"""One file for each operation: which elements go out, and what its answers look like."""
