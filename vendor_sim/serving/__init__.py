"""The served world: the only room besides ``cli`` with threads, sockets and wall clocks."""
