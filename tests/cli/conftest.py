"""The servers of the serving room's tests."""

from tests.serving.conftest import lane, pool, serve

__all__ = ["lane", "pool", "serve"]
