"""The nouns everybody points at: subjects, units, enterprises, measures, facts, returns, grants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

# The measure's own 口径; a foreign key's default is its number.
OWN_SCOPE: Any = 0


class Subject(models.Model):
    """Whatever facts, files, notes and trail entries attach to; a noun's primary key is its subject."""

    if TYPE_CHECKING:
        unit: Unit
        enterprise: Enterprise

    class Noun(models.IntegerChoices):
        UNIT = 1
        ENTERPRISE = 2

    id = models.BigAutoField(primary_key=True)
    noun = models.SmallIntegerField(choices=Noun.choices)

    class Meta:
        db_table = "subject"


class Unit(models.Model):
    """An organisation of the zone (组织): zone, park, department, platform company; also the city above it."""

    NUMBER: ClassVar[int] = Subject.Noun.UNIT

    class Kind(models.TextChoices):
        CITY = "city"
        ZONE = "zone"
        PARK = "park"
        DEPARTMENT = "department"
        COMPANY = "company"
        DISTRICT = "district"

    subject = models.OneToOneField(Subject, primary_key=True, on_delete=models.PROTECT, db_column="id")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    aliases = models.JSONField(default=list)
    sort = models.IntegerField(default=0)
    opened = models.DateField(null=True)
    closed = models.DateField(null=True)
    extra = models.JSONField(default=dict)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "unit"
        ordering = ("sort", "code")
        indexes = (models.Index(fields=("name", "subject"), name="unit_by_name"),)

    def __str__(self) -> str:
        return self.name


class UnitPlace(models.Model):
    """Where a unit stood in the tree, from when until when; mergers and splits keep their history here."""

    if TYPE_CHECKING:
        unit_id: int
        parent_id: int

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="places")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "unit_place"
        constraints = (
            models.UniqueConstraint(fields=("unit",), condition=Q(until__isnull=True), name="unit_stands_once"),
        )


class UnitSuccession(models.Model):
    """A unit that was closed goes on in another (接续): several in one, one in several, one in one.

    What a later ledger no longer says stays here with `stands` off, so that an undo can put it back.
    """

    if TYPE_CHECKING:
        former_id: int
        later_id: int

    former = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="later_ones")
    later = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="former_ones")
    day = models.DateField()  # on which the former was closed
    stands = models.BooleanField(default=True)

    class Meta:
        db_table = "unit_succession"
        constraints = (models.UniqueConstraint(fields=("former", "later"), name="unit_goes_on_once"),)


class Grant(models.Model):
    """A role at a unit (授权): everything below the unit is in its scope; a role of an enterprise at one firm.

    Administrators may be ones of the whole installation, at neither: somebody must let the first people in. A deputy's
    grant stands for another one and holds only while that one does.
    """

    if TYPE_CHECKING:
        unit_id: int | None
        user_id: int
        firm_id: int | None
        stands_for_id: int | None

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=64)  # a code of the installed packs
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True)
    firm = models.ForeignKey("Enterprise", on_delete=models.CASCADE, null=True, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)  # the first day on which it no longer holds
    stands_for = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="deputies")

    class Meta:
        db_table = "grant_at_unit"
        constraints = (
            models.CheckConstraint(condition=Q(unit__isnull=True) | Q(firm__isnull=True), name="grant_at_one_place"),
        )


class Enterprise(models.Model):
    """A firm of the zone (企业), known by its 统一社会信用代码."""

    if TYPE_CHECKING:
        unit_id: int | None

    NUMBER: ClassVar[int] = Subject.Noun.ENTERPRISE

    subject = models.OneToOneField(Subject, primary_key=True, on_delete=models.PROTECT, db_column="id")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")  # the park, where known
    uscc = models.CharField(max_length=18, null=True)  # noqa: DJ001 - unique, and many firms have none yet
    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300)  # the name as it is compared (engine.resolve)
    industry = models.CharField(max_length=8, blank=True)  # GB/T 4754
    kind = models.CharField(max_length=100, blank=True)  # 企业类型, as registered
    registered = models.DateField(null=True)
    capital = models.BigIntegerField(null=True)  # hundredths of the currency's unit
    currency = models.CharField(max_length=3, blank=True)
    status = models.CharField(max_length=20, blank=True)
    size = models.CharField(max_length=8, blank=True)  # 大 中 小 微
    above_scale = models.BooleanField(null=True)  # 四上
    region = models.CharField(max_length=6, blank=True)
    province = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=500, blank=True)
    scope = models.TextField(blank=True)
    person = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=100, blank=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    datum = models.CharField(max_length=10, blank=True)
    note = models.TextField(blank=True)
    extra = models.JSONField(null=True)
    # Where the firm first came from; later changes stand in their batches' change sets.
    batch = models.BigIntegerField(null=True)
    sheet = models.IntegerField(null=True)
    row = models.BigIntegerField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "enterprise"
        constraints = (models.UniqueConstraint(fields=("uscc",), name="enterprise_uscc"),)
        indexes = (
            models.Index(fields=("name_key",), name="enterprise_by_key"),
            models.Index(fields=("unit", "name", "subject"), name="enterprise_by_unit"),
            models.Index(fields=("name", "subject"), name="enterprise_by_name"),
            models.Index(fields=("registered", "subject"), name="enterprise_by_registered"),
            models.Index(fields=("city", "name", "subject"), name="enterprise_by_city"),
            models.Index(fields=("industry", "subject"), name="enterprise_by_industry"),
            models.Index(fields=("above_scale", "subject"), name="enterprise_by_scale"),
        )

    def __str__(self) -> str:
        return self.name


class EnterpriseName(models.Model):
    """A name a firm had or is also called by (曾用名, 简称)."""

    class Kind(models.TextChoices):
        FORMER = "former"
        ALIAS = "alias"

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="other_names")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300, db_index=True)
    until = models.DateField(null=True)
    batch = models.BigIntegerField(null=True)

    class Meta:
        db_table = "enterprise_name"
        constraints = (models.UniqueConstraint(fields=("enterprise", "kind", "name_key"), name="enterprise_name_once"),)


class Verdict(models.Model):
    """What a person said about a firm that could not be told for certain; remembered for the next file."""

    if TYPE_CHECKING:
        enterprise_id: int | None

    name_key = models.CharField(max_length=300)
    uscc = models.CharField(max_length=18, blank=True)
    enterprise = models.ForeignKey(Enterprise, null=True, on_delete=models.CASCADE)  # null: a firm of its own
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "verdict"
        constraints = (models.UniqueConstraint(fields=("name_key", "uscc"), name="verdict_once"),)


class Uncertain(models.Model):
    """A firm in a load that nobody could tell for certain: it waits for a person (待判定)."""

    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300)
    uscc = models.CharField(max_length=18, blank=True)
    problem = models.CharField(max_length=80)
    candidates = models.JSONField(default=list)  # subject, name, score, and how each part of the name compares
    batch = models.BigIntegerField(db_index=True)
    sheet = models.IntegerField()
    row = models.BigIntegerField()
    decided = models.DateTimeField(null=True)

    class Meta:
        db_table = "uncertain"


class Qualification(models.Model):
    """A title a firm holds for a time (资质): 高企, 科技型中小企业, 专精特新 …"""

    if TYPE_CHECKING:
        enterprise_id: int

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="qualifications")
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=80, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    batch = models.BigIntegerField(null=True)
    sheet = models.IntegerField(null=True)
    row = models.BigIntegerField(null=True)

    class Meta:
        db_table = "qualification"
        constraints = (
            models.UniqueConstraint(
                fields=("enterprise", "kind", "since"), condition=Q(since__isnull=False), name="qualification_once"
            ),
            # A list that gives no date names a title once; NULLs are distinct, so that case needs its own guard.
            models.UniqueConstraint(
                fields=("enterprise", "kind"), condition=Q(since__isnull=True), name="qualification_undated_once"
            ),
        )
        indexes = (
            models.Index(fields=("kind", "id"), name="qualification_by_kind"),
            models.Index(fields=("since", "id"), name="qualification_by_since"),
            models.Index(fields=("until", "id"), name="qualification_by_until"),
        )


class Measure(models.Model):
    """A figure the zone keeps (指标), as its pack defines it; facts point at its short id."""

    id = models.AutoField(primary_key=True)
    code = models.CharField(max_length=80, unique=True)
    names = models.JSONField(default=dict)
    unit = models.CharField(max_length=20)
    decimals = models.SmallIntegerField()  # shown
    dimension = models.CharField(max_length=40)
    places = models.SmallIntegerField()  # stored: value = number in the dimension's base unit × 10^places
    basis = models.CharField(max_length=10)
    direction = models.CharField(max_length=6)
    aggregation = models.CharField(max_length=10)
    frequency = models.CharField(max_length=10)
    growth = models.CharField(max_length=12)
    secrecy = models.CharField(max_length=12)
    publication_day = models.SmallIntegerField(null=True)
    publication_lag = models.SmallIntegerField(default=0)  # months
    january = models.CharField(max_length=16, default="separate")
    of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="siblings")  # .yoy, .rank
    pack = models.CharField(max_length=64)
    version = models.CharField(max_length=40)
    spec = models.JSONField(default=dict)  # the whole definition, as the drawer shows it
    retired = models.BooleanField(default=False)

    class Meta:
        db_table = "measure"

    def __str__(self) -> str:
        return self.names.get("zh", self.code)


class Scope(models.Model):
    """A 口径: what a figure includes. Id 0 is the measure's own."""

    id = models.IntegerField(primary_key=True)
    text = models.CharField(max_length=200, unique=True)

    class Meta:
        db_table = "scope"


class Fact(models.Model):
    """One figure: subject × measure × period × reading × basis × scope.

    `value` is a whole number scaled by the measure's places; `text` is what the file printed. A correction
    supersedes: the earlier row stays, with the batch that ended it. Codes of period, reading and basis are those of
    `engine.periods`.
    """

    if TYPE_CHECKING:
        subject_id: int
        measure_id: int
        scope_id: int

    class Origin(models.IntegerChoices):
        SURVEY = 1  # 统计调查: single firms open to statistics staff only
        RECORD = 2  # 行政记录
        AUTHORISED = 3  # 企业授权
        BOUGHT = 4  # 购买

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, db_index=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, db_index=False)
    period = models.BigIntegerField()
    reading = models.SmallIntegerField(default=0)
    basis = models.SmallIntegerField()
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, default=OWN_SCOPE, db_index=False)
    value = models.BigIntegerField(null=True)
    text = models.CharField(max_length=80, blank=True)
    origin = models.SmallIntegerField(choices=Origin.choices, default=Origin.RECORD)
    batch = models.BigIntegerField()
    sheet = models.IntegerField(null=True)
    row = models.BigIntegerField(null=True)
    column = models.IntegerField(null=True)
    superseded_by = models.BigIntegerField(null=True)  # the batch that ended it; null: current

    class Meta:
        db_table = "fact"
        constraints = (
            models.UniqueConstraint(
                fields=("measure", "subject", "period", "reading", "basis", "scope"),
                condition=Q(superseded_by__isnull=True),
                name="fact_current",
            ),
        )
        indexes = (
            models.Index(fields=("batch",), name="fact_batch"),
            models.Index(fields=("superseded_by",), name="fact_superseded", condition=Q(superseded_by__isnull=False)),
            models.Index(fields=("subject", "measure"), name="fact_subject"),
            models.Index(fields=("period", "id"), name="fact_by_period", condition=Q(superseded_by__isnull=True)),
        )


class Return(models.Model):
    """What a unit reported in a ledger for a period (报送); its facts inherit its status."""

    if TYPE_CHECKING:
        unit_id: int

    class Status(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"
        RETURNED = "returned"
        APPROVED = "approved"
        LOCKED = "locked"
        PUBLISHED = "published"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    ledger = models.CharField(max_length=64)
    period = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SUBMITTED)
    batch = models.BigIntegerField(null=True)  # the last batch that filled it
    locked_at = models.DateTimeField(null=True)
    locked_by = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "return_of_unit"
        constraints = (models.UniqueConstraint(fields=("unit", "ledger", "period"), name="return_once"),)
