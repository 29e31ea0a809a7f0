from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0001_notes_files_watches_notices")]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mention", "Mention"),
                    ("changed", "Changed"),
                    ("brought", "Brought"),
                    ("note", "Note"),
                    ("file", "File"),
                ],
                max_length=10,
            ),
        ),
    ]
