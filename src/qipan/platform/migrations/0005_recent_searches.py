import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0004_import_drafts")]

    operations = [
        migrations.CreateModel(
            name="RecentSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user", models.BigIntegerField()),
                ("text", models.CharField(max_length=100)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "recent_search",
                "constraints": [models.UniqueConstraint(fields=("user", "text"), name="recent_search_once")],
            },
        ),
    ]
