"""Queries that are put together once in the life of a process, and asked with other values each time.

What Django spends on putting a query with several joins together is many times what the database needs to answer
it. Only the few queries that every save or every page asks are worth this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import count
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Field, Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

M = TypeVar("M", bound=Model)
R = TypeVar("R")
# Numbers from here on stand for the values of a query until it is asked.
_MARK = 900_000_001


class _Parts(NamedTuple):
    """SQL, its parameters with the marks among them, and what reads the answer."""

    sql: str
    params: tuple[Any, ...]
    compiler: Any
    converters: dict[int, Any]
    gives_models: bool


class Prepared(Generic[R]):
    """A query by whole numbers.

    `build` makes the queryset (of rows, or a values_list) from as many numbers as it takes; it must use each of
    them, and nothing else that may differ from one request to the next.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, R]], values: int) -> None:
        self._build = build
        self._marks = [mark for mark, _value in zip(count(_MARK), range(values), strict=False)]

    @cached_property
    def _parts(self) -> _Parts:
        built = self._build(*self._marks)
        compiler: Any = built.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        if not set(self._marks) <= set(params):
            raise ValueError("a value of the query is not among its parameters")
        converters = compiler.get_converters([each[0] for each in compiler.select[: compiler.col_count]])
        gives_models = issubclass(built._iterable_class, ModelIterable)
        return _Parts(sql, tuple(params), compiler, converters, gives_models)

    def all(self, *values: int) -> list[R]:
        """The rows, as the queryset would give them; one query."""
        parts = self._parts
        meant = dict(zip(self._marks, values, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(parts.sql, [meant.get(each, each) for each in parts.params])
            rows: Iterable[Any] = cursor.fetchall()
        if parts.converters:
            rows = map(tuple, parts.compiler.apply_converters(rows, parts.converters))
        return _models(parts.compiler, rows) if parts.gives_models else list(rows)

    def first(self, *values: int) -> R | None:
        """The one row that there is, or none."""
        return next(iter(self.all(*values)), None)


def _models(compiler: Any, rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """As `ModelIterable` does."""
    select, klass_info, annotations = compiler.select, compiler.klass_info, compiler.annotation_col_map
    model, columns = klass_info["model"], klass_info["select_fields"]
    names = [select[each][0].target.attname for each in columns]
    populators = get_related_populators(klass_info, select, connection.alias)  # type: ignore[call-arg]
    found = []
    for row in rows:
        each = model.from_db(connection.alias, names, row[columns[0] : columns[-1] + 1])
        for populator in populators:
            populator.populate(row, each)
        for name, place in annotations.items():
            setattr(each, name, row[place])
        found.append(each)
    return found


class PreparedInsert(Generic[M]):
    """New rows of a model, all columns but the key, which the database gives."""

    def __init__(self, model: type[M]) -> None:
        self._model = model

    @cached_property
    def _fields(self) -> Sequence[Field[Any, Any]]:
        return [each for each in self._model._meta.local_concrete_fields if not each.primary_key]

    @cached_property
    def _sql(self) -> str:
        names = ", ".join(_quoted(each.column) for each in self._fields)
        return f"INSERT INTO {_quoted(self._model._meta.db_table)} ({names}) VALUES "

    @cached_property
    def _places(self) -> str:
        return f"({', '.join(['%s'] * len(self._fields))})"

    def one(self, row: M) -> M:
        """Store a row; it gets its key."""
        key = self._model._meta.pk
        with connection.cursor() as cursor:
            cursor.execute(
                f"{self._sql}{self._places} RETURNING {_quoted(key.column)}", _values(row, self._fields)
            )
            row.pk = cursor.fetchone()[0]
        row._state.adding, row._state.db = False, connection.alias
        return row

    def many(self, rows: Iterable[M]) -> None:
        """Store rows whose keys nobody needs; no query for none."""
        values = [_values(row, self._fields) for row in rows]
        if values:
            with connection.cursor() as cursor:
                sql = self._sql + ", ".join([self._places] * len(values))
                cursor.execute(sql, [value for row in values for value in row])


class PreparedUpdate(Generic[M]):
    """Some columns of one row of a model, as `save(update_fields=…)` writes them."""

    def __init__(self, model: type[M], columns: Sequence[str]) -> None:
        self._model, self._columns = model, columns

    @cached_property
    def _parts(self) -> tuple[str, list[Field[Any, Any]]]:
        meta = self._model._meta
        fields: list[Field[Any, Any]] = [meta.get_field(name) for name in self._columns]  # type: ignore[misc]
        sets = ", ".join(f"{_quoted(each.column)} = %s" for each in fields)
        return f"UPDATE {_quoted(meta.db_table)} SET {sets} WHERE {_quoted(meta.pk.column)} = %s", fields

    def __call__(self, row: M) -> None:
        sql, fields = self._parts
        with connection.cursor() as cursor:
            cursor.execute(sql, [*_values(row, fields, add=False), row.pk])


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _values(row: Model, fields: Iterable[Field[Any, Any]], *, add: bool = True) -> list[Any]:
    return [each.get_db_prep_save(each.pre_save(row, add), connection) for each in fields]
