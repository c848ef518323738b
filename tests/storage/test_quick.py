"""The short way and SQLAlchemy's own give the same, and what needs SQLAlchemy keeps getting it."""

from __future__ import annotations

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from vendor_sim.storage.database import Database, take_notes
from vendor_sim.storage.quick import Rows, look, write_of

META = MetaData()
THING = Table(
    "thing",
    META,
    Column("id", Integer, primary_key=True),
    Column("name", Text, unique=True, nullable=False),
    Column("size", Integer),
)
NAMED = Table(
    "named",
    META,
    Column("name", Text, primary_key=True),
    Column("thing_id", Integer, ForeignKey("thing.id")),
)
FLAG = Table("flag", META, Column("id", Integer, primary_key=True), Column("up", Boolean))
ADD = insert(THING)
BY_NAME = select(THING).where(THING.c.name == bindparam("wanted"))
SMALL = select(THING.c.name).where(THING.c.size < 10).order_by(THING.c.name)
RESIZE = update(THING).where(THING.c.name == bindparam("wanted")).values(size=bindparam("new_size"))
CLEAR = update(THING).where(THING.c.name == bindparam("wanted")).values(size=None)
COUNT = select(func.count()).select_from(THING)
REMOVE = delete(THING).where(THING.c.name == bindparam("wanted"))


@pytest.fixture
def cx():
    database = Database("sqlite://", (THING, NAMED, FLAG))
    with database.begin() as connection:
        yield connection
    database.close()


def twice_and_more(cx, statement, rows):
    """Execute one statement object for each of these parameters: from the second on, quickly."""
    return [cx.execute(statement, row) for row in rows]


def filled(cx):
    twice_and_more(cx, ADD, [{"name": f"t{n}", "size": n * 5} for n in range(4)])
    return cx


def test_rows_come_back_the_same_either_way(cx) -> None:
    filled(cx)
    slow, quick = twice_and_more(cx, BY_NAME, [{"wanted": "t1"}] * 2)
    assert isinstance(quick, Rows)
    slow_row, quick_row = slow.first(), quick.first()
    assert tuple(slow_row) == tuple(quick_row)
    assert (quick_row.id, quick_row.name, quick_row.size) == (2, "t1", 5)
    assert slow_row._asdict() == quick_row._asdict()


def test_every_way_to_read_a_result(cx) -> None:
    filled(cx)
    for _ in range(3):
        assert [row.name for row in cx.execute(SMALL)] == ["t0", "t1"]
        assert cx.execute(SMALL).scalars().all() == ["t0", "t1"]
        assert [row["name"] for row in cx.execute(SMALL).mappings()] == ["t0", "t1"]
        assert cx.execute(COUNT).scalar() == 4
        assert cx.execute(COUNT).scalar_one() == 4
        assert cx.execute(COUNT).one()[0] == 4
        assert cx.execute(BY_NAME, {"wanted": "none"}).first() is None
        assert cx.execute(BY_NAME, {"wanted": "none"}).scalar() is None


def test_constants_of_a_statement_stay(cx) -> None:
    filled(cx)
    for name in ("t2", "t3"):
        cx.execute(CLEAR, {"wanted": name})
        assert cx.execute(BY_NAME, {"wanted": name}).first().size is None


def test_changes_count_their_rows(cx) -> None:
    filled(cx)
    for n in range(4):
        assert cx.execute(RESIZE, {"wanted": f"t{n}", "new_size": 100 + n}).rowcount == 1
    assert cx.execute(RESIZE, {"wanted": "none", "new_size": 1}).rowcount == 0
    rows = [{"wanted": f"t{n}", "new_size": n} for n in range(4)]
    assert cx.execute(RESIZE, rows).rowcount == 4
    assert [cx.execute(REMOVE, {"wanted": f"t{n}"}).rowcount for n in range(5)] == [1, 1, 1, 1, 0]


def test_new_keys_are_told(cx) -> None:
    keys = [cx.execute(ADD, {"name": f"t{n}"}).inserted_primary_key[0] for n in range(3)]
    assert keys == [1, 2, 3]
    named = insert(NAMED)
    told = [cx.execute(named, {"name": f"n{n}"}).inserted_primary_key[0] for n in range(3)]
    assert told == ["n0", "n1", "n2"]


def test_the_same_statement_with_other_columns_is_another_one(cx) -> None:
    twice_and_more(cx, ADD, [{"name": "a"}, {"name": "b"}, {"name": "c", "size": 3}])
    cx.execute(ADD, {"size": 4, "name": "d"})
    found = cx.execute(select(THING.c.name, THING.c.size)).all()
    assert [tuple(row) for row in found] == [("a", None), ("b", None), ("c", 3), ("d", 4)]


def test_broken_rules_are_the_same_exceptions(cx) -> None:
    filled(cx)
    with pytest.raises(IntegrityError):
        cx.execute(ADD, {"name": "t1"})
    named = insert(NAMED)
    cx.execute(named, {"name": "a"})
    with pytest.raises(IntegrityError):
        cx.execute(named, {"name": "b", "thing_id": 99})
    cx.execute(text("DROP TABLE flag"))
    flags = select(FLAG.c.id)
    for _ in range(3):
        with pytest.raises(OperationalError):
            cx.execute(flags)


def test_a_missing_value_is_told_before_anything_runs(cx) -> None:
    filled(cx)
    cx.execute(RESIZE, {"wanted": "t1", "new_size": 1})
    for _ in range(2):
        with pytest.raises(StatementError):
            cx.execute(RESIZE, {"wanted": "t1"})


def test_types_that_convert_go_the_long_way(cx) -> None:
    add, read = insert(FLAG), select(FLAG.c.up).order_by(FLAG.c.id)
    for up in (True, False, True):
        cx.execute(add, {"up": up})
    for _ in range(3):
        assert cx.execute(read).scalars().all() == [True, False, True]
        assert not isinstance(cx.execute(read), Rows)


def test_lists_in_a_statement_go_the_long_way(cx) -> None:
    filled(cx)
    some = select(THING.c.name).where(THING.c.name.in_(bindparam("names", expanding=True)))
    for wanted in (["t1"], ["t1", "t2"], []):
        assert cx.execute(some, {"names": wanted}).scalars().all() == wanted


def test_plain_text_goes_the_long_way(cx) -> None:
    filled(cx)
    plain = text("SELECT name, size FROM thing WHERE name = :wanted")
    for _ in range(3):
        assert cx.execute(plain, {"wanted": "t1"}).one().size == 5


def test_what_was_written_is_noted_either_way(cx) -> None:
    take_notes(cx)
    filled(cx)
    cx.execute(RESIZE, {"wanted": "t1", "new_size": 1})
    cx.execute(RESIZE, {"wanted": "t1", "new_size": 2})
    assert take_notes(cx)[1] == ["insert thing"] * 4 + ["update thing"] * 2


def test_somebody_else_who_listens_to_statements_hears_them_all() -> None:
    database = Database("sqlite://", (THING,))
    heard = []
    event.listen(
        database.engine, "before_cursor_execute", lambda _c, _r, sql, *_: heard.append(sql)
    )
    with database.begin() as cx:
        filled(cx)
    assert sum(sql.startswith("INSERT") for sql in heard) == 4
    database.close()


def test_outside_a_transaction_sqlalchemy_begins_one(tmp_path) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.sqlite3", (THING,))
    with database.engine.connect() as cx:
        assert cx.execute(COUNT).scalar() == 0
        cx.rollback()
        assert cx.execute(COUNT).scalar() == 0
    database.close()


@pytest.mark.parametrize(
    ("statement", "written"),
    [
        ("INSERT INTO thing (name) VALUES (?)", "insert thing"),
        ("UPDATE thing SET size=?", "update thing"),
        ("SELECT 1", None),
        ("DELETE FROM thing", None),
    ],
)
def test_what_a_statement_writes(statement, written) -> None:
    assert write_of(statement) == written


def test_a_question_in_sql_gets_the_same_rows_both_ways() -> None:
    quick = Database("sqlite://", [THING])
    plain = create_engine("sqlite://")
    META.create_all(plain)
    row = {"id": 1, "name": "tea", "size": 5}
    sql = "SELECT name, size * :by AS area FROM thing WHERE id = :id"
    with quick.begin() as ours, plain.begin() as theirs:
        found = []
        for cx in (ours, theirs):
            cx.execute(insert(THING), row)
            found.append(look(cx, sql, {"id": 1, "by": 2}))
            assert look(cx, sql, {"id": 2, "by": 2}) == []
        assert found == [[{"name": "tea", "area": 10}]] * 2
        for cx in (ours, theirs):
            with pytest.raises(OperationalError, match="no such table"):
                look(cx, "SELECT 1 FROM nowhere", {})
    quick.close()
    plain.dispose()
