from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0001_findings"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["rank", "id"], name="health_finding_by_rank"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["unit", "rank", "id"], name="health_finding_by_unit"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["period", "id"], name="health_finding_by_period"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["opened", "id"], name="health_finding_by_opened"),
        ),
    ]
