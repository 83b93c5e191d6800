"""Queries that are put together once in the life of a process, and asked with other values each time.

What Django spends on putting a query with several joins together is many times what the database needs to answer
it. Only the few queries that every save or every page asks are worth this.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import count
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)
# Numbers from here on stand for the values of a query until it is asked.
_MARK = 900_000_001


class Prepared(Generic[M]):
    """A query by whole numbers.

    `build` makes the queryset from as many numbers as it takes; it must use each of them, and nothing else that
    may differ from one request to the next.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], values: int) -> None:
        self._build = build
        self._marks = [mark for mark, _value in zip(count(_MARK), range(values), strict=False)]

    @cached_property
    def _parts(self) -> tuple[str, tuple[Any, ...], Any]:
        """SQL, its parameters with the marks among them, and the compiler that reads the answer."""
        query = self._build(*self._marks).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        if not set(self._marks) <= set(params):
            raise ValueError("a value of the query is not among its parameters")
        return sql, tuple(params), compiler

    def all(self, *values: int) -> list[M]:
        """The rows, as the queryset would give them; one query."""
        sql, params, compiler = self._parts
        meant = dict(zip(self._marks, values, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(sql, [meant.get(each, each) for each in params])
            rows = cursor.fetchall()
        return self._read(compiler, rows)

    def first(self, *values: int) -> M | None:
        """The one row that there is, or none."""
        return next(iter(self.all(*values)), None)

    def _read(self, compiler: Any, rows: list[tuple[Any, ...]]) -> list[M]:
        """As `django.db.models.query.ModelIterable` does."""
        select, klass_info, annotations = compiler.select, compiler.klass_info, compiler.annotation_col_map
        model, columns = klass_info["model"], klass_info["select_fields"]
        names = [select[each][0].target.attname for each in columns]
        populators = get_related_populators(klass_info, select, connection.alias)  # type: ignore[call-arg]
        found = []
        for row in compiler.results_iter([rows]):
            each = model.from_db(connection.alias, names, row[columns[0] : columns[-1] + 1])
            for populator in populators:
                populator.populate(row, each)
            for name, place in annotations.items():
                setattr(each, name, row[place])
            found.append(each)
        return found
