"""One comparer for each kind of field: a verdict with the rule that decided."""
