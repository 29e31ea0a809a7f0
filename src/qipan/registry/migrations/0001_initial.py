
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('noun', models.SmallIntegerField(choices=[(1, 'Unit'), (2, 'Enterprise')])),
            ],
            options={
                'db_table': 'subject',
            },
        ),
        migrations.CreateModel(
            name='Scope',
            fields=[
                ('id', models.IntegerField(primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=200, unique=True)),
            ],
            options={
                'db_table': 'scope',
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('subject', models.OneToOneField(db_column='id', on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='registry.subject')),
                ('kind', models.CharField(choices=[('city', 'City'), ('zone', 'Zone'), ('park', 'Park'), ('department', 'Department'), ('company', 'Company'), ('district', 'District')], max_length=12)),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, max_length=200)),
                ('aliases', models.JSONField(default=list)),
                ('sort', models.IntegerField(default=0)),
                ('opened', models.DateField(null=True)),
                ('closed', models.DateField(null=True)),
                ('extra', models.JSONField(default=dict)),
                ('version', models.IntegerField(default=1)),
            ],
            options={
                'db_table': 'unit',
                'ordering': ('sort', 'code'),
            },
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=80, unique=True)),
                ('names', models.JSONField(default=dict)),
                ('unit', models.CharField(max_length=20)),
                ('decimals', models.SmallIntegerField()),
                ('dimension', models.CharField(max_length=40)),
                ('places', models.SmallIntegerField()),
                ('basis', models.CharField(max_length=10)),
                ('direction', models.CharField(max_length=6)),
                ('aggregation', models.CharField(max_length=10)),
                ('frequency', models.CharField(max_length=10)),
                ('growth', models.CharField(max_length=12)),
                ('secrecy', models.CharField(max_length=12)),
                ('publication_day', models.SmallIntegerField(null=True)),
                ('publication_lag', models.SmallIntegerField(default=0)),
                ('january', models.CharField(default='separate', max_length=16)),
                ('pack', models.CharField(max_length=64)),
                ('version', models.CharField(max_length=40)),
                ('spec', models.JSONField(default=dict)),
                ('retired', models.BooleanField(default=False)),
                ('of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='siblings', to='registry.measure')),
            ],
            options={
                'db_table': 'measure',
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('leader', 'Leader'), ('economy', 'Economy'), ('park', 'Park'), ('system', 'System')], max_length=12)),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='registry.unit')),
            ],
            options={
                'db_table': 'grant_at_unit',
            },
        ),
        migrations.CreateModel(
            name='Enterprise',
            fields=[
                ('subject', models.OneToOneField(db_column='id', on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='registry.subject')),
                ('uscc', models.CharField(max_length=18, null=True)),
                ('name', models.CharField(max_length=300)),
                ('name_key', models.CharField(max_length=300)),
                ('industry', models.CharField(blank=True, max_length=8)),
                ('kind', models.CharField(blank=True, max_length=100)),
                ('registered', models.DateField(null=True)),
                ('capital', models.BigIntegerField(null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('status', models.CharField(blank=True, max_length=20)),
                ('size', models.CharField(blank=True, max_length=8)),
                ('above_scale', models.BooleanField(null=True)),
                ('region', models.CharField(blank=True, max_length=6)),
                ('province', models.CharField(blank=True, max_length=40)),
                ('city', models.CharField(blank=True, max_length=40)),
                ('address', models.CharField(blank=True, max_length=500)),
                ('scope', models.TextField(blank=True)),
                ('person', models.CharField(blank=True, max_length=100)),
                ('phone', models.CharField(blank=True, max_length=100)),
                ('longitude', models.FloatField(null=True)),
                ('latitude', models.FloatField(null=True)),
                ('datum', models.CharField(blank=True, max_length=10)),
                ('note', models.TextField(blank=True)),
                ('extra', models.JSONField(null=True)),
                ('batch', models.BigIntegerField(null=True)),
                ('sheet', models.IntegerField(null=True)),
                ('row', models.BigIntegerField(null=True)),
                ('version', models.IntegerField(default=1)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.unit')),
            ],
            options={
                'db_table': 'enterprise',
            },
        ),
        migrations.CreateModel(
            name='Fact',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('period', models.BigIntegerField()),
                ('reading', models.SmallIntegerField(default=0)),
                ('basis', models.SmallIntegerField()),
                ('value', models.BigIntegerField(null=True)),
                ('text', models.CharField(blank=True, max_length=80)),
                ('origin', models.SmallIntegerField(choices=[(1, 'Survey'), (2, 'Record'), (3, 'Authorised'), (4, 'Bought')], default=2)),
                ('batch', models.BigIntegerField()),
                ('sheet', models.IntegerField(null=True)),
                ('row', models.BigIntegerField(null=True)),
                ('column', models.IntegerField(null=True)),
                ('superseded_by', models.BigIntegerField(null=True)),
                ('subject', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.subject')),
                ('measure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.measure')),
                ('scope', models.ForeignKey(db_index=False, default=0, on_delete=django.db.models.deletion.PROTECT, to='registry.scope')),
            ],
            options={
                'db_table': 'fact',
                'indexes': [models.Index(fields=['batch'], name='fact_batch'), models.Index(condition=models.Q(('superseded_by__isnull', False)), fields=['superseded_by'], name='fact_superseded'), models.Index(fields=['subject', 'measure'], name='fact_subject')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('superseded_by__isnull', True)), fields=('measure', 'subject', 'period', 'reading', 'basis', 'scope'), name='fact_current')],
            },
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_key', models.CharField(max_length=300)),
                ('uscc', models.CharField(blank=True, max_length=18)),
                ('by_name', models.CharField(max_length=150)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('enterprise', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='registry.enterprise')),
            ],
            options={
                'db_table': 'verdict',
                'constraints': [models.UniqueConstraint(fields=('name_key', 'uscc'), name='verdict_once')],
            },
        ),
        migrations.CreateModel(
            name='Qualification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('number', models.CharField(blank=True, max_length=80)),
                ('since', models.DateField(null=True)),
                ('until', models.DateField(null=True)),
                ('batch', models.BigIntegerField(null=True)),
                ('sheet', models.IntegerField(null=True)),
                ('row', models.BigIntegerField(null=True)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='qualifications', to='registry.enterprise')),
            ],
            options={
                'db_table': 'qualification',
                'constraints': [models.UniqueConstraint(condition=models.Q(('since__isnull', False)), fields=('enterprise', 'kind', 'since'), name='qualification_once'), models.UniqueConstraint(condition=models.Q(('since__isnull', True)), fields=('enterprise', 'kind'), name='qualification_undated_once')],
            },
        ),
        migrations.CreateModel(
            name='EnterpriseName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('former', 'Former'), ('alias', 'Alias')], max_length=8)),
                ('name', models.CharField(max_length=300)),
                ('name_key', models.CharField(db_index=True, max_length=300)),
                ('until', models.DateField(null=True)),
                ('batch', models.BigIntegerField(null=True)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='other_names', to='registry.enterprise')),
            ],
            options={
                'db_table': 'enterprise_name',
                'constraints': [models.UniqueConstraint(fields=('enterprise', 'kind', 'name_key'), name='enterprise_name_once')],
            },
        ),
        migrations.CreateModel(
            name='UnitPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.unit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='registry.unit')),
            ],
            options={
                'db_table': 'unit_place',
                'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('unit',), name='unit_stands_once')],
            },
        ),
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger', models.CharField(max_length=64)),
                ('period', models.BigIntegerField()),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('returned', 'Returned'), ('approved', 'Approved'), ('locked', 'Locked'), ('published', 'Published')], default='submitted', max_length=10)),
                ('batch', models.BigIntegerField(null=True)),
                ('locked_at', models.DateTimeField(null=True)),
                ('locked_by', models.CharField(blank=True, max_length=150)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.unit')),
            ],
            options={
                'db_table': 'return_of_unit',
                'constraints': [models.UniqueConstraint(fields=('unit', 'ledger', 'period'), name='return_once')],
            },
        ),
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(fields=['name_key'], name='enterprise_by_key'),
        ),
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(fields=['unit', 'name', 'subject'], name='enterprise_by_unit'),
        ),
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(fields=['name', 'subject'], name='enterprise_by_name'),
        ),
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(fields=['registered', 'subject'], name='enterprise_by_registered'),
        ),
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(fields=['city', 'name', 'subject'], name='enterprise_by_city'),
        ),
        migrations.AddConstraint(
            model_name='enterprise',
            constraint=models.UniqueConstraint(fields=('uscc',), name='enterprise_uscc'),
        ),
    ]
