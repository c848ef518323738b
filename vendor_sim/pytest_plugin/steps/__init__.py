"""Steps by theme. They speak to ``world`` only."""
