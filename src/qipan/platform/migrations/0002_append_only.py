"""The trail is append-only: the database itself refuses to change or delete an entry."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER trail_entry_kept_u BEFORE UPDATE ON trail_entry
       BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    """CREATE TRIGGER trail_entry_kept_d BEFORE DELETE ON trail_entry
       BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
]
POSTGRES = [
    """CREATE FUNCTION trail_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$""",
    """CREATE TRIGGER trail_entry_kept BEFORE UPDATE OR DELETE ON trail_entry
       FOR EACH ROW EXECUTE FUNCTION trail_entry_kept()""",
]


def guard(apps, editor):
    connection = editor.connection
    if "trail_entry" not in connection.introspection.table_names():
        return  # the database of daily work has no trail
    for statement in SQLITE if connection.vendor == "sqlite" else POSTGRES:
        editor.execute(statement)


def lift(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER IF EXISTS trail_entry_kept_u")
        editor.execute("DROP TRIGGER IF EXISTS trail_entry_kept_d")
    else:
        editor.execute("DROP TRIGGER IF EXISTS trail_entry_kept ON trail_entry")
        editor.execute("DROP FUNCTION IF EXISTS trail_entry_kept()")


class Migration(migrations.Migration):
    dependencies = [("platform", "0001_initial")]
    operations = [migrations.RunPython(guard, lift)]
