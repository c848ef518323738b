"""Floor 0: money, time, ids and state machines. Pure, standard library only."""
