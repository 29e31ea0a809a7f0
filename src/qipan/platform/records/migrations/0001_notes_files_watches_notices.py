"""Notes, files, watches and notices of records."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('platform', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('screen', models.CharField(max_length=64)),
                ('record', models.BigIntegerField()),
                ('text', models.TextField()),
                ('by', models.BigIntegerField(null=True)),
                ('by_name', models.CharField(max_length=150)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'db_table': 'note',
                'indexes': [models.Index(fields=['screen', 'record', 'id'], name='note_of_record')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('screen', models.CharField(max_length=64)),
                ('record', models.BigIntegerField()),
                ('name', models.CharField(max_length=255)),
                ('by', models.BigIntegerField(null=True)),
                ('by_name', models.CharField(max_length=150)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platform.storedfile')),
            ],
            options={
                'db_table': 'attachment',
                'indexes': [models.Index(fields=['screen', 'record', 'id'], name='attachment_of_record')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('mention', 'Mention'), ('changed', 'Changed'), ('note', 'Note'), ('file', 'File')], max_length=10)),
                ('screen', models.CharField(max_length=64)),
                ('record', models.BigIntegerField()),
                ('by_name', models.CharField(max_length=150)),
                ('fields', models.JSONField(default=list)),
                ('batch', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'notice',
                'indexes': [models.Index(fields=['user', 'id'], name='notice_of_person'), models.Index(condition=models.Q(('read__isnull', True)), fields=['user'], name='notice_unread')],
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('screen', models.CharField(max_length=64)),
                ('record', models.BigIntegerField()),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'watch',
                'constraints': [models.UniqueConstraint(fields=('screen', 'record', 'user'), name='watched_once')],
            },
        ),
    ]
