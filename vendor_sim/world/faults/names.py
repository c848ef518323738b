"""Every fault by its name, their families, and the points at which a service can fail."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """What can go wrong."""

    REQUEST_LOST = "request_lost"
    ANSWER_LOST = "answer_lost"
    DUPLICATED = "duplicated"
    REORDERED = "reordered"
    DELAYED = "delayed"
    REFUSED = "refused"
    SERVER_ERROR = "server_error"
    EMPTY = "empty"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    CORRUPTED = "corrupted"
    WRONG_SIGNATURE = "wrong_signature"
    STALE_TIMESTAMP = "stale_timestamp"
    WRONG_AMOUNT = "wrong_amount"
    SLOW = "slow"
    SILENT = "silent"
    JAM = "jam"
    EMPTY_COIL = "empty_coil"
    SENSOR_SILENT = "sensor_silent"
    DOOR_OPEN = "door_open"
    POWER_CUT = "power_cut"
    KILLED = "killed"
    DATABASE_LOCKED = "database_locked"
    DISK_FULL = "disk_full"


class At(StrEnum):
    """A point in the life of a service: where one of its commits, messages or turns stands."""

    BEGIN = "begin"
    BEFORE_COMMIT = "before_commit"
    AFTER_COMMIT = "after_commit"
    SEND = "send"
    ANSWER = "answer"
    BEFORE_MOTOR = "before_motor"
    AFTER_MOTOR = "after_motor"


SERVICES = ("ledger", "machine", "wallet")
HARDWARE = frozenset({Fault.JAM, Fault.EMPTY_COIL, Fault.SENSOR_SILENT, Fault.DOOR_OPEN})
"""What a motor and its sensor do."""
CRASHES = frozenset({Fault.KILLED, Fault.POWER_CUT})
PROCESSES = CRASHES | {Fault.DATABASE_LOCKED, Fault.DISK_FULL}
"""What happens to a service at one of its points."""
MESSAGES = frozenset(Fault) - HARDWARE - PROCESSES
"""What happens to a message on its way."""
MOTOR_POINTS = frozenset({At.BEFORE_MOTOR, At.AFTER_MOTOR})
CRASH_POINTS = tuple(at for at in At if at is not At.BEGIN)
"""Killed as a transaction begins is killed after what came before: no point of its own."""


def faults_at(service: str, at: At) -> tuple[Fault, ...]:
    """Which faults can bite at a point of a service."""
    if at is At.BEGIN:
        return (Fault.DATABASE_LOCKED,)
    crashes = (Fault.KILLED, Fault.POWER_CUT) if service == "machine" else (Fault.KILLED,)
    return (*crashes, Fault.DISK_FULL) if at is At.BEFORE_COMMIT else crashes
