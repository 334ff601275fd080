"""Append-only tables, guarded by the database itself: triggers refuse UPDATE, DELETE, TRUNCATE and REPLACE.

For migrations: ``AppendOnly("records_auditentry")``. SQLite's ``INSERT OR REPLACE`` deletes without firing a delete
trigger, so an insert that would replace a row is refused as well.
"""

from django.db.migrations.operations.base import Operation

MESSAGE = "append-only"

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION liuyou_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME; END $$
"""


class AppendOnly(Operation):
    """Refuse to change rows of ``table``; with ``columns`` only those are frozen, and deletion is refused anyway."""

    reversible = True

    def __init__(self, table: str, columns: list[str] | None = None):
        self.table = table
        self.columns = columns

    def state_forwards(self, app_label, state):
        pass

    def describe(self):
        return f"Make {self.table} append-only"

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for statement in statements(schema_editor.connection.vendor, self.table, self.columns):
            schema_editor.execute(statement)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        on = f" ON {self.table}" if schema_editor.connection.vendor == "postgresql" else ""
        for event in ("update", "delete", "truncate", "replace"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_no_{event}{on}")


def statements(vendor: str, table: str, columns: list[str] | None) -> list[str]:
    """The SQL that guards a table."""
    of = f" OF {', '.join(columns)}" if columns else ""
    if vendor == "postgresql":
        run = "EXECUTE FUNCTION liuyou_append_only()"
        return [
            POSTGRES_FUNCTION,
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE{of} ON {table} FOR EACH ROW {run}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {run}",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {table}'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE{of} ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}",
    ]


GENESIS = "0" * 64
POSTGRES_CHAIN = f"""
CREATE OR REPLACE FUNCTION liuyou_chain_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head record;
BEGIN
  SELECT sequence, hash INTO head FROM records_auditentry WHERE chain = NEW.chain ORDER BY sequence DESC LIMIT 1;
  IF NEW.sequence <> COALESCE(head.sequence, 0) + 1 OR NEW.previous <> COALESCE(head.hash, '{GENESIS}') THEN
    RAISE EXCEPTION 'chain % does not continue at %', NEW.chain, NEW.sequence;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_auditentry_chain BEFORE INSERT ON records_auditentry
FOR EACH ROW EXECUTE FUNCTION liuyou_chain_guard()
"""
SQLITE_CHAIN = f"""
CREATE TRIGGER records_auditentry_chain BEFORE INSERT ON records_auditentry
WHEN NEW.sequence <> COALESCE((SELECT MAX(sequence) FROM records_auditentry WHERE chain = NEW.chain), 0) + 1
  OR NEW.previous <> COALESCE(
    (SELECT hash FROM records_auditentry WHERE chain = NEW.chain ORDER BY sequence DESC LIMIT 1), '{GENESIS}')
BEGIN SELECT RAISE(ABORT, 'the audit chain does not continue here'); END
"""


class ChainGuard(Operation):
    """Refuse an audit entry that does not continue its chain, whoever inserts it."""

    reversible = True

    def state_forwards(self, app_label, state):
        pass

    def describe(self):
        return "Guard the audit chains"

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        schema_editor.execute(
            POSTGRES_CHAIN if schema_editor.connection.vendor == "postgresql" else SQLITE_CHAIN
        )

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        on = " ON records_auditentry" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS records_auditentry_chain{on}")
