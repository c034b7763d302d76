"""`field__among=[…]`: one of many values, sent as one parameter.

`__in` sends each value as a parameter of its own: SQLite bounds their number, and Django takes milliseconds for a few
hundred of them. Values are all text or all whole numbers.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup
from django.db.models.sql.compiler import SQLCompiler


@ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup[Any]):
    """`= ANY(array)` on PostgreSQL, a list of JSON on SQLite."""

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[str | int]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} IN (SELECT value FROM json_each(%s))", (*parameters, json.dumps(self.rhs))  # noqa: S608 -- a column

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        kind = "bigint[]" if self.rhs and isinstance(self.rhs[0], int) else "text[]"
        return f"{left} = ANY(%s::{kind})", [*parameters, list(self.rhs)]
