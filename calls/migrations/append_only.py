"""The database itself lets nobody change or take away a row of the audit log."""

from collections.abc import Callable

REFUSED = "the audit log is append-only"
INSTEAD = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
STATEMENTS = {
    "sqlite": (
        f"CREATE TRIGGER audit_kept BEFORE UPDATE ON audit {INSTEAD}",
        f"CREATE TRIGGER audit_whole BEFORE DELETE ON audit {INSTEAD}",
    ),
    "postgresql": (
        f"""CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION '{REFUSED}'; END$$""",
        """CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()""",
    ),
}


def guard(dialect: str, execute: Callable[[str], object]) -> None:
    """Have it refused from now on, whoever asks."""
    for statement in STATEMENTS[dialect]:
        execute(statement)
