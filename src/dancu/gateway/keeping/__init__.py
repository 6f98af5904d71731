"""What an operator does with a gateway's files: begin them, copy them away, bring them back, move them to a version."""
