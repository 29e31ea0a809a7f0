"""Figures of one period are found without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_unit_succession")]

    operations = [
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                fields=["period", "id"], name="fact_by_period", condition=models.Q(("superseded_by__isnull", True))
            ),
        ),
    ]
