"""The mock wallet: a stranger to the rest, who knows the wire only."""
