"""Answer the firm list from indexes: by industry, by the above-scale mark."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0002_uncertain'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(fields=['industry', 'subject'], name='enterprise_by_industry'),
        ),
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(fields=['above_scale', 'subject'], name='enterprise_by_scale'),
        ),
    ]
