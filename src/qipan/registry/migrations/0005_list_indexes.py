"""Keep the orders of the lists of titles and units: by kind, by date, by name."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0004_grant_at_no_unit'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='qualification',
            index=models.Index(fields=['kind', 'id'], name='qualification_by_kind'),
        ),
        migrations.AddIndex(
            model_name='qualification',
            index=models.Index(fields=['since', 'id'], name='qualification_by_since'),
        ),
        migrations.AddIndex(
            model_name='qualification',
            index=models.Index(fields=['until', 'id'], name='qualification_by_until'),
        ),
        migrations.AddIndex(
            model_name='unit',
            index=models.Index(fields=['name', 'subject'], name='unit_by_name'),
        ),
    ]
