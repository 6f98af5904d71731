"""Forms, and what is known of their fields: pure."""
