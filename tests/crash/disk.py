"""A disk that loses power: what was written and not synced may be on it afterwards, or not.

SQLite sees the newest bytes, as it does on every system. Underneath, each write waits until the
file is synced; when the power goes, each that still waits has reached the disk with probability
one half, by itself, whatever its place in the order. Not modelled: directories that forget a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import apsw

if TYPE_CHECKING:
    from random import Random


class PowerCutError(Exception):
    """The power is gone: nothing is written any more."""


@dataclass
class Stored:
    """One file: what programs see, what the disk holds for sure, and what waits in between."""

    seen: bytearray = field(default_factory=bytearray)
    safe: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)

    def change(self, offset: int, data: bytes | None) -> None:
        """Write, or without data cut the file off there."""
        put(self.seen, offset, data)
        self.waiting.append((offset, data))

    def sync(self) -> None:
        """Everything that waited is safe."""
        self.safe = bytearray(self.seen)
        self.waiting.clear()

    def cut(self, random: Random) -> None:
        """Only what is safe, and of the rest each write or not."""
        for offset, data in self.waiting:
            if random.random() < 0.5:
                put(self.safe, offset, data)
        self.seen = bytearray(self.safe)
        self.waiting.clear()


def put(content: bytearray, offset: int, data: bytes | None) -> None:
    """Write into a file, which grows where it must; or cut it off."""
    if data is None:
        del content[offset:]
        return
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data


class Disk(apsw.VFS):
    """A disk under one SQLite connection at a time.

    Attributes:
        writes_left: How many writes there are until the power goes; None for ever.
    """

    def __init__(self, name: str, random: Random) -> None:
        super().__init__(name, "")
        self.name = name
        self.files: dict[str, Stored] = {}
        self.writes_left: int | None = None
        self._random = random
        self._dead = False

    def connect(self) -> apsw.Connection:
        """Open the one database on it. It needs no shared memory, as nobody shares it."""
        self._dead, self.writes_left = False, None
        connection = apsw.Connection("the.sqlite3", vfs=self.name)
        connection.pragma("locking_mode", "exclusive")
        return connection

    def takes(self) -> bool:
        """Whether a write is taken; none is from a program without power, which may still close."""
        if self._dead:
            return False
        if self.writes_left == 0:
            raise PowerCutError
        if self.writes_left is not None:
            self.writes_left -= 1
        return True

    def cut(self) -> None:
        """The power goes; it is back with the next connection."""
        self._dead = True
        for stored in self.files.values():
            stored.cut(self._random)

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> File:  # noqa: N802
        path = str(name.filename() if isinstance(name, apsw.URIFilename) else name)
        flags[1] = flags[0]
        return File(self, self.files.setdefault(path, Stored()))

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        return bool(self.files.get(pathname, Stored()).seen)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        if self.takes():
            self.files.pop(filename, None)

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name


class File:
    """One open file of that disk, in SQLite's words."""

    def __init__(self, disk: Disk, stored: Stored) -> None:
        self._disk, self._stored = disk, stored

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self._stored.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        if self._disk.takes():
            self._stored.change(offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        if self._disk.takes():
            self._stored.change(newsize, None)

    def xSync(self, flags: int) -> None:  # noqa: N802
        if self._disk.takes():
            self._stored.sync()

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._stored.seen)

    def xLock(self, level: int) -> None:  # noqa: N802
        """Nobody else is there."""

    def xUnlock(self, level: int) -> None:  # noqa: N802
        """Nobody else is there."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, op: int, pointer: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return 4096

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return 0

    def xClose(self) -> None:  # noqa: N802
        """Closing syncs nothing."""
