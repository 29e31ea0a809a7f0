
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Uncertain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300)),
                ('name_key', models.CharField(max_length=300)),
                ('uscc', models.CharField(blank=True, max_length=18)),
                ('problem', models.CharField(max_length=80)),
                ('candidates', models.JSONField(default=list)),
                ('batch', models.BigIntegerField(db_index=True)),
                ('sheet', models.IntegerField()),
                ('row', models.BigIntegerField()),
                ('decided', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'uncertain',
            },
        ),
    ]
