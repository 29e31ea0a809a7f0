"""The peer of a load: django-import-export brings a CSV file into an equivalent table, checking every field.

A small Django project of its own with an SQLite file. As its own pages do, it imports twice: first to preview, then to
keep. Takes the file, the database and `plain` or `bulk` (its faster mode, which shows no differences).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django
import tablib
from django.conf import settings

CSV, DATABASE, BULK = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "bulk"

settings.configure(
    SECRET_KEY="bench",
    INSTALLED_APPS=["django.contrib.contenttypes", "import_export"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.core.validators import RegexValidator  # noqa: E402
from django.db import connection, models  # noqa: E402
from import_export import resources  # noqa: E402

OPEN = {"null": True, "blank": True}


class Firm(models.Model):
    """A firm with the columns of the file."""

    name = models.CharField(max_length=300, db_index=True)
    uscc = models.CharField(max_length=18, unique=True, validators=[RegexValidator(r"^[0-9A-HJ-NPQRTUWXY]{18}$")])
    reg_date = models.DateField(**OPEN, db_index=True)
    ent_type = models.CharField(max_length=100, **OPEN)
    capital_wan = models.FloatField(**OPEN)
    capital_cur = models.CharField(max_length=20, **OPEN)
    scope = models.TextField(**OPEN)
    province = models.CharField(max_length=40, **OPEN)
    city = models.CharField(max_length=40, **OPEN, db_index=True)
    address = models.CharField(max_length=500, **OPEN)
    region_code6 = models.CharField(max_length=6, **OPEN)

    class Meta:
        app_label = "contenttypes"
        db_table = "firm"


class FirmResource(resources.ModelResource):
    """How the file's columns become firms: known by their code, every field checked."""

    class Meta:
        model = Firm
        import_id_fields = ("uscc",)
        fields = tuple(field.name for field in Firm._meta.fields if field.name != "id")
        clean_model_instances = True
        use_transactions = True
        use_bulk = BULK
        batch_size = 1000
        skip_diff = BULK


def main() -> None:
    """Import the file and print what it took."""
    with connection.schema_editor() as editor:
        editor.create_model(Firm)
    began = time.perf_counter()
    dataset = tablib.Dataset().load(CSV.read_text(encoding="utf-8"), format="csv")
    previewed = FirmResource().import_data(dataset, dry_run=True)
    wrong = len(previewed.invalid_rows) + len(previewed.row_errors())
    FirmResource().import_data(dataset, dry_run=False, raise_errors=True)
    taken = time.perf_counter() - began
    print(json.dumps({"rows": len(dataset), "kept": Firm.objects.count(), "wrong": wrong, "seconds": taken}))


if __name__ == "__main__":
    main()
