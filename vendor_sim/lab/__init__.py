"""Floor 5: the stage, a page over the world for a person to watch and drive."""
