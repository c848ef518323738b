"""Opening databases for serving, with one clear line where that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from vendor_sim.serving.door import SharedDoor
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.storage.database import Database, WrongSchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table

    OpenDoor = SharedDoor | Database


def open_door(url: str, tables: Sequence[Table]) -> OpenDoor:
    """The door to a database: a shared one where there must be one writer (SQLite).

    Raises:
        CannotStartError: It is not there, not ours, or of another version.
    """
    try:
        database = Database(url, tables)
    except WrongSchemaError as error:
        raise CannotStartError(f"{_shown(url)}: {error}") from error
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise CannotStartError(
            f"{url!r} names no database; write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
        ) from error
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise CannotStartError(f"cannot open the database {_shown(url)}: {reason}") from error
    return SharedDoor(database) if is_sqlite(url) else database


def is_sqlite(url: str) -> bool:
    """Whether a database is a SQLite file."""
    return make_url(url).get_backend_name() == "sqlite"


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
