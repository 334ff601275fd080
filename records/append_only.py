"""Append-only tables, guarded by the database itself: triggers refuse UPDATE, DELETE, TRUNCATE and REPLACE.

For migrations: ``AppendOnly("records_auditentry")``. SQLite's ``INSERT OR REPLACE`` deletes without firing a delete
trigger, so an insert that would replace a row, by its key or by anything else that is unique, is refused as well.
SQLite drops the triggers of a table that a later migration rebuilds: such a migration repeats the operation.
"""

from typing import Any

from django.db.migrations.operations.base import Operation
from django.db.models import UniqueConstraint

MESSAGE = "append-only"

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION liuyou_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME; END $$
"""


class Guard(Operation):
    """Triggers, made and dropped without any change of the models."""

    reversible = True
    elidable = False

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def execute(self, schema_editor: Any, statements: list[str]) -> None:
        """Run SQL as it is: without parameters a per cent sign means itself."""
        for statement in statements:
            schema_editor.execute(statement, params=None)


class AppendOnly(Guard):
    """Refuse to change rows of ``table``; with ``columns`` only those (and the key) are frozen, and deletion is
    refused anyway."""

    def __init__(self, table: str, columns: list[str] | None = None):
        self.table = table
        self.columns = columns

    def describe(self) -> str:
        return f"Make {self.table} append-only"

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        unique = unique_columns(to_state.apps, self.table)
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        self.execute(
            schema_editor, statements(schema_editor.connection.vendor, self.table, self.columns, unique)
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        on = f" ON {self.table}" if schema_editor.connection.vendor == "postgresql" else ""
        events = ("update", "delete", "truncate", "replace")
        self.execute(
            schema_editor, [f"DROP TRIGGER IF EXISTS {self.table}_no_{event}{on}" for event in events]
        )


def unique_columns(apps: Any, table: str) -> list[tuple[str, ...]]:
    """Each set of columns that identifies a row of ``table``, its key first."""
    meta = next(model._meta for model in apps.get_models() if model._meta.db_table == table)
    sets = [(field.column,) for field in meta.local_fields if field.unique]
    sets += [
        tuple(meta.get_field(name).column for name in constraint.fields)
        for constraint in meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.fields
    ]
    return sorted(sets, key=lambda columns: columns != (meta.pk.column,))


def statements(
    vendor: str, table: str, columns: list[str] | None, unique: list[tuple[str, ...]]
) -> list[str]:
    """The SQL that guards a table."""
    of = f" OF {', '.join([*unique[0], *columns])}" if columns else ""
    if vendor == "postgresql":
        run = "EXECUTE FUNCTION liuyou_append_only()"
        return [
            POSTGRES_FUNCTION,
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE{of} ON {table} FOR EACH ROW {run}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {run}",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {table}'); END"
    taken = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {' AND '.join(f'{name} = NEW.{name}' for name in names)})"
        for names in unique
    )
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE{of} ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}",
    ]


GENESIS = "0" * 64
ENTRY, CHAIN = "records_auditentry", "records_auditchain"
POSTGRES_CHAIN = f"""
CREATE OR REPLACE FUNCTION liuyou_chain_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head record;
BEGIN
  SELECT sequence, hash INTO head FROM {ENTRY} WHERE chain = NEW.chain ORDER BY sequence DESC LIMIT 1;
  IF NEW.sequence <> COALESCE(head.sequence, 0) + 1 OR NEW.previous <> COALESCE(head.hash, '{GENESIS}') THEN
    RAISE EXCEPTION 'append-only: chain % does not continue at %', NEW.chain, NEW.sequence;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER {ENTRY}_chain BEFORE INSERT ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION liuyou_chain_guard();
CREATE OR REPLACE FUNCTION liuyou_head_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.length = 0 AND NEW.head = '{GENESIS}' THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' AND NEW.key = OLD.key AND NEW.length = OLD.length + 1 AND EXISTS (
    SELECT 1 FROM {ENTRY} WHERE chain = NEW.key AND sequence = NEW.length AND hash = NEW.head
  ) THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'append-only: the head of a chain moves with its entries, one at a time';
END $$;
CREATE TRIGGER {CHAIN}_head BEFORE INSERT OR UPDATE OR DELETE ON {CHAIN}
FOR EACH ROW EXECUTE FUNCTION liuyou_head_guard();
CREATE OR REPLACE FUNCTION liuyou_head_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE {CHAIN} SET length = NEW.sequence, head = NEW.hash WHERE key = NEW.chain;
  RETURN NULL;
END $$;
CREATE TRIGGER {ENTRY}_head AFTER INSERT ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION liuyou_head_follows();
CREATE TRIGGER {CHAIN}_no_truncate BEFORE TRUNCATE ON {CHAIN}
FOR EACH STATEMENT EXECUTE FUNCTION liuyou_append_only()
"""
SQLITE_CHAIN = [
    f"""
CREATE TRIGGER {ENTRY}_chain BEFORE INSERT ON {ENTRY}
WHEN NEW.sequence <> COALESCE((SELECT MAX(sequence) FROM {ENTRY} WHERE chain = NEW.chain), 0) + 1
  OR NEW.previous <> COALESCE(
    (SELECT hash FROM {ENTRY} WHERE chain = NEW.chain ORDER BY sequence DESC LIMIT 1), '{GENESIS}')
BEGIN SELECT RAISE(ABORT, '{MESSAGE}: the audit chain does not continue here'); END
""",
    f"""
CREATE TRIGGER {ENTRY}_head AFTER INSERT ON {ENTRY}
BEGIN UPDATE {CHAIN} SET length = NEW.sequence, head = NEW.hash WHERE key = NEW.chain; END
""",
    f"""
CREATE TRIGGER {CHAIN}_head_update BEFORE UPDATE ON {CHAIN}
WHEN NEW.key <> OLD.key OR NEW.length <> OLD.length + 1 OR NOT EXISTS (
  SELECT 1 FROM {ENTRY} WHERE chain = NEW.key AND sequence = NEW.length AND hash = NEW.head)
BEGIN SELECT RAISE(ABORT, '{MESSAGE}: the head of a chain moves with its entries, one at a time'); END
""",
    f"""
CREATE TRIGGER {CHAIN}_head_insert BEFORE INSERT ON {CHAIN}
WHEN NEW.length <> 0 OR NEW.head <> '{GENESIS}' OR EXISTS (SELECT 1 FROM {CHAIN} WHERE key = NEW.key)
BEGIN SELECT RAISE(ABORT, '{MESSAGE}: the head of a new chain is at its beginning'); END
""",
    f"""
CREATE TRIGGER {CHAIN}_head_delete BEFORE DELETE ON {CHAIN}
BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {CHAIN}'); END
""",
]


class ChainGuard(Guard):
    """Refuse an audit entry that does not continue its chain, whoever inserts it; the head follows each entry by
    itself, and is refused to move otherwise: a truncated chain cannot be made to look whole by moving its head back."""

    def describe(self) -> str:
        return "Guard the audit chains"

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        postgres = schema_editor.connection.vendor == "postgresql"
        self.execute(schema_editor, [POSTGRES_CHAIN] if postgres else SQLITE_CHAIN)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        postgres = schema_editor.connection.vendor == "postgresql"
        names = {
            ENTRY: ["chain", "head"],
            CHAIN: ["head", "no_truncate"] if postgres else ["head_update", "head_insert", "head_delete"],
        }
        self.execute(
            schema_editor,
            [
                f"DROP TRIGGER IF EXISTS {table}_{name}" + (f" ON {table}" if postgres else "")
                for table, ends in names.items()
                for name in ends
            ],
        )
