"""What closed units go on in; where a closed unit stood ends on its closing day, for those closed before this."""

import django.db.models.deletion
from django.db import migrations, models


def end_places(apps, schema_editor):
    """End the places of closed units; one that began later than the closing is left as it is."""
    places = apps.get_model("registry", "UnitPlace").objects
    for place in places.filter(until__isnull=True, unit__closed__gte=models.F("since")).select_related("unit"):
        place.until = place.unit.closed
        place.save(update_fields=["until"])


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0006_roles_from_packs'),
    ]

    operations = [
        migrations.CreateModel(
            name='UnitSuccession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('stands', models.BooleanField(default=True)),
                ('former', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='later_ones', to='registry.unit')),
                ('later', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_ones', to='registry.unit')),
            ],
            options={
                'db_table': 'unit_succession',
                'constraints': [models.UniqueConstraint(fields=('former', 'later'), name='unit_goes_on_once')],
            },
        ),
        migrations.RunPython(end_places, migrations.RunPython.noop),
    ]
