"""Let a system administrator be before there is a zone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0003_firm_list_indexes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='grant',
            name='unit',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='registry.unit'),
        ),
    ]
