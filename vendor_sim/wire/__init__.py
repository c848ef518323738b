"""Floor 1: what goes between services."""
