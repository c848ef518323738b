"""Floor 1: the only room that configures SQLAlchemy."""
