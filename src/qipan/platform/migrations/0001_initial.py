
import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='CommitLease',
            fields=[
                ('only', models.IntegerField(default=1, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=300)),
                ('process', models.IntegerField()),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('beat', models.DateTimeField(default=django.utils.timezone.now)),
                ('done', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'commit_lease',
            },
        ),
        migrations.CreateModel(
            name='InstalledPack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True)),
                ('version', models.CharField(max_length=40)),
                ('hash', models.CharField(max_length=64)),
                ('names', models.JSONField(default=dict)),
                ('generated', models.BooleanField(default=False)),
                ('installed_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'db_table': 'installed_pack',
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=80)),
                ('arguments', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], db_index=True, default='waiting', max_length=10)),
                ('by', models.BigIntegerField(null=True)),
                ('step', models.CharField(blank=True, max_length=80)),
                ('done', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
                ('result', models.JSONField(null=True)),
                ('cancel_asked', models.BooleanField(default=False)),
                ('tries', models.IntegerField(default=0)),
                ('created', models.DateTimeField(default=django.utils.timezone.now)),
                ('started', models.DateTimeField(null=True)),
                ('beat', models.DateTimeField(null=True)),
                ('ended', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'job',
            },
        ),
        migrations.CreateModel(
            name='SheetMemory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signature', models.CharField(max_length=64, unique=True)),
                ('ledger', models.CharField(max_length=64)),
                ('columns', models.JSONField(default=dict)),
                ('by_name', models.CharField(blank=True, max_length=150)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'db_table': 'sheet_memory',
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.BigIntegerField(db_index=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'db_table': 'sign_in',
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('size', models.BigIntegerField()),
                ('stored_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'db_table': 'stored_file',
            },
        ),
        migrations.CreateModel(
            name='TrailEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('actor', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(max_length=150)),
                ('action', models.CharField(max_length=80)),
                ('noun', models.CharField(blank=True, max_length=40)),
                ('subject', models.BigIntegerField(db_index=True, null=True)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('batch', models.BigIntegerField(db_index=True, null=True)),
            ],
            options={
                'db_table': 'trail_entry',
            },
        ),
        migrations.CreateModel(
            name='TrailSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.BigIntegerField()),
                ('last', models.BigIntegerField(unique=True)),
                ('hash', models.CharField(max_length=64)),
                ('previous', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'db_table': 'trail_seal',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('language', models.CharField(default='zh-hans', max_length=10)),
                ('must_change_password', models.BooleanField(default=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'db_table': 'person',
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('load', 'Load'), ('undo', 'Undo')], default='load', max_length=8)),
                ('state', models.CharField(choices=[('checked', 'Checked'), ('committed', 'Committed'), ('undone', 'Undone'), ('refused', 'Refused'), ('failed', 'Failed')], max_length=12)),
                ('name', models.CharField(max_length=300)),
                ('unit', models.BigIntegerField(db_index=True, null=True)),
                ('by', models.BigIntegerField(null=True)),
                ('by_name', models.CharField(max_length=150)),
                ('started', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended', models.DateTimeField(null=True)),
                ('read', models.BigIntegerField(default=0)),
                ('new', models.BigIntegerField(default=0)),
                ('changed', models.BigIntegerField(default=0)),
                ('same', models.BigIntegerField(default=0)),
                ('refused', models.BigIntegerField(default=0)),
                ('conflicts', models.BigIntegerField(default=0)),
                ('problem_counts', models.JSONField(default=dict)),
                ('problems_file', models.CharField(blank=True, max_length=64)),
                ('changes_file', models.CharField(blank=True, max_length=64)),
                ('undoes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='platform.batch')),
            ],
            options={
                'db_table': 'batch',
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='BatchSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('file_name', models.CharField(max_length=500)),
                ('member', models.CharField(blank=True, max_length=500)),
                ('sheet', models.CharField(max_length=200)),
                ('index', models.IntegerField()),
                ('ledger', models.CharField(blank=True, max_length=64)),
                ('confidence', models.FloatField(default=0)),
                ('columns', models.JSONField(default=list)),
                ('reasons', models.JSONField(default=list)),
                ('period', models.BigIntegerField(null=True)),
                ('rows', models.BigIntegerField(default=0)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheets', to='platform.batch')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='platform.storedfile')),
            ],
            options={
                'db_table': 'batch_sheet',
                'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='batch_sheet_number')],
            },
        ),
    ]
