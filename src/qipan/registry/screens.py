"""The nouns of the registry as people work with them: firms, titles, units, measures, figures, batches."""

from __future__ import annotations

from django.db.models import Q

from qipan.platform.models import Batch, TrailEntry
from qipan.platform.screens import Column, Kind, Related, Screen, Section, Through, declare
from qipan.platform.term import Term
from qipan.registry import labels
from qipan.registry import screen_words as words
from qipan.registry.firm_search import matching
from qipan.registry.models import Enterprise, Fact, Measure, Qualification, Uncertain, Unit
from qipan.registry.queries import held_today
from qipan.registry.screen_words import BATCH
from qipan.registry.settling import settle_firm, settle_unit

CONTACTS = "contacts.see"  # the right to read who can be called, and how
NAME = Term("名称", "Name")
NOTE = Term("备注", "Note")
PARK = Term("园区", "Park")
PERIOD = Term("时期", "Period")


FIRMS = Screen(
    code="firms",
    names=Term("企业", "Firms"),
    one=Term("企业", "firm"),
    model=Enterprise,
    columns=(
        Column("name", NAME, sort=True, edit=True, required=True),
        Column("uscc", Term("统一社会信用代码", "Credit code"), Kind.CODE, sort=True, edit=True),
        Column("park", PARK, Kind.UNIT, field="unit", sort=True, edit=True),
        Column("industry", Term("行业", "Industry"), Kind.CODE, choices=labels.industries, words=labels.industry,
               sort=True, edit=True),
        Column("title", Term("有效资质", "Titles in force"), Kind.CHOICE, choices=labels.qualifications,
               through=Through(held_today, "enterprise", "kind")),
        Column("above_scale", Term("四上", "Above scale"), Kind.BOOLEAN, edit=True),
        Column("registered", Term("成立日期", "Registered"), Kind.DATE, sort=True, edit=True),
        Column("size", Term("规模", "Size"), Kind.CHOICE, choices=words.chosen(words.SIZES), shown=False, edit=True),
        Column("status", Term("经营状态", "Status"), shown=False, edit=True),
        Column("kind", Term("企业类型", "Type"), shown=False, edit=True),
        Column("capital", Term("注册资本", "Registered capital"), Kind.MONEY, unit="万元", decimals=2, shown=False,
               edit=True),
        Column("currency", Term("币种", "Currency"), Kind.CODE, shown=False, edit=True),
        Column("city", Term("城市", "City"), shown=False, edit=True),
        Column("province", Term("省份", "Province"), shown=False, edit=True),
        Column("region", Term("行政区划代码", "Region code"), Kind.CODE, shown=False, edit=True),
        Column("address", Term("地址", "Address"), shown=False, edit=True),
        Column("scope", Term("经营范围", "Business scope"), Kind.LONG, shown=False, edit=True),
        Column("person", Term("联系人", "Contact"), shown=False, edit=True, secret=CONTACTS),
        Column("phone", Term("电话", "Phone"), shown=False, edit=True, secret=CONTACTS),
        Column("longitude", Term("经度", "Longitude"), Kind.NUMBER, decimals=6, shown=False, edit=True),
        Column("latitude", Term("纬度", "Latitude"), Kind.NUMBER, decimals=6, shown=False, edit=True),
        Column("datum", Term("坐标系", "Datum"), Kind.CODE, shown=False, edit=True),
        Column("note", NOTE, Kind.LONG, shown=False, edit=True),
    ),
    see="firms.see",
    edit="firms.edit",
    remove="firms.remove",
    export="firms.export",
    noun="enterprise",
    search=matching,
    settle=settle_firm,
    sections=(
        Section(Term("登记信息", "Registration"),
                ("name", "uscc", "kind", "registered", "capital", "currency", "status", "scope")),
        Section(Term("在区内", "In the zone"), ("park", "industry", "size", "above_scale")),
        Section(Term("地址与联系", "Address and contact"),
                ("province", "city", "region", "address", "longitude", "latitude", "datum", "person", "phone", "note")),
    ),
    related=(Related("qualifications", "firm"), Related("facts", "subject")),
    page="web:firm",
    empty=Term("还没有企业：加载企业台账后，这里列出您权限范围内的全部企业。",
               "No firms yet: load a ledger of firms, and all those within your scope stand here."),
)  # fmt: skip

QUALIFICATIONS = Screen(
    code="qualifications",
    names=Term("资质", "Titles"),
    one=Term("资质", "title"),
    model=Qualification,
    columns=(
        Column("firm", Term("企业", "Firm"), Kind.RECORD, field="enterprise", to="firms", edit=True, required=True),
        Column("kind", Term("资质", "Title"), Kind.CHOICE, choices=labels.qualifications, sort=True, edit=True,
               required=True),
        Column("number", Term("证书编号", "Certificate"), edit=True),
        Column("since", Term("起始日期", "From"), Kind.DATE, sort=True, edit=True),
        Column("until", Term("有效期至", "Until"), Kind.DATE, sort=True, edit=True),
        Column("park", PARK, Kind.UNIT, field="enterprise__unit"),
        Column("batch", BATCH, Kind.RECORD, to="batches", shown=False),
    ),
    see="firms.see",
    edit="firms.edit",
    remove="firms.edit",
    export="firms.export",
    unit="enterprise__unit",
    noun="qualification",
    title="kind",
    naming=lambda one: labels.qualification(one.kind),
    order="-until",
    search=words.firms_called,
    empty=Term("还没有资质：加载高企、专精特新等名单后列在这里。",
               "No titles yet: load a list of high-tech or specialised firms."),
)  # fmt: skip

UNITS = Screen(
    code="units",
    names=Term("组织", "Units"),
    one=Term("组织", "unit"),
    model=Unit,
    columns=(
        Column("name", NAME, sort=True, edit=True, required=True),
        Column("name_en", Term("英文名称", "Name in English"), edit=True),
        Column("kind", Term("类型", "Kind"), Kind.CHOICE, choices=words.chosen(words.KINDS_OF_UNIT), edit=True,
               required=True),
        Column("code", Term("编码", "Code"), Kind.CODE, sort=True, edit=True, required=True),
        Column("parent", Term("上级", "Stands under"), Kind.UNIT, values=words.parents),
        Column("opened", Term("成立日期", "Since"), Kind.DATE, edit=True),
        Column("closed", Term("撤销日期", "Until"), Kind.DATE, edit=True),
    ),
    see="units.see",
    edit="units.edit",
    unit="pk",
    noun="unit",
    naming=labels.unit,
    search=lambda _user, text: Q(name__icontains=text) | Q(name_en__icontains=text) | Q(code__istartswith=text),
    settle=settle_unit,
    related=(Related("firms", "park"), Related("facts", "subject")),
    page="web:unit",
    empty=Term("还没有组织：先加载组织机构台账。", "No units yet: load the ledger of units first."),
)  # fmt: skip

MEASURES = Screen(
    code="measures",
    names=Term("指标", "Measures"),
    one=Term("指标", "measure"),
    model=Measure,
    columns=(
        Column("name", NAME, value=lambda one, _user: words.measure_name(one), needs=("names", "code")),
        Column("code", Term("编码", "Code"), Kind.CODE, sort=True, shown=False),
        Column("unit", Term("计量单位", "Unit of measure"), words=labels.unit_of_measure),
        Column("frequency", Term("频率", "Frequency"), Kind.CHOICE, choices=words.chosen(words.FREQUENCIES)),
        Column("basis", Term("数据性质", "Basis"), Kind.CHOICE, choices=words.chosen(words.MEASURE_BASES)),
        Column("secrecy", Term("保密", "Secrecy"), Kind.CHOICE, choices=words.chosen(words.SECRECY)),
        Column("pack", Term("定义包", "Pack"), Kind.CODE, shown=False),
        Column("version", Term("版本", "Version"), shown=False),
        Column("retired", Term("已停用", "Retired"), Kind.BOOLEAN),
    ),
    see="definitions.see",
    unit="",
    noun="measure",
    title="code",
    naming=words.measure_name,
    order="code",
    search=lambda _user, text: words.measures_named(text),
    related=(Related("facts", "measure"),),
    empty=Term("还没有安装指标。", "No measures are installed yet."),
)  # fmt: skip

FACTS = Screen(
    code="facts",
    names=Term("数据", "Figures"),
    one=Term("数据", "figure"),
    model=Fact,
    columns=(
        Column("subject", Term("单位或企业", "Unit or firm"), Kind.RECORD, named=words.subject_names,
               offered=words.subjects_offered),
        Column("measure", Term("指标", "Measure"), Kind.RECORD, to="measures"),
        Column("period", PERIOD, Kind.CHOICE, choices=words.periods, words=words.period_words),
        Column("reading", Term("数值性质", "Reading"), Kind.CHOICE, choices=words.chosen(words.READINGS_OF)),
        Column("basis", Term("数据性质", "Basis"), Kind.CHOICE, choices=words.chosen(words.BASES_OF)),
        Column("scope", Term("口径", "Scope"), Kind.RECORD, named=words.scope_names,
               offered=words.scopes_offered, shown=False),
        Column("value", Term("数值", "Value"), Kind.NUMBER, value=words.figure, words=words.figure_words,
               needs=("value", "measure__unit", "measure__decimals", "measure__places")),
        Column("unit", Term("计量单位", "Unit of measure"), value=lambda one, _user: one.measure.unit,
               words=labels.unit_of_measure, needs=("measure__unit",)),
        Column("text", Term("原文", "As printed"), shown=False),
        Column("origin", Term("来源性质", "Origin"), Kind.CHOICE, choices=words.chosen(words.ORIGINS), shown=False),
        Column("batch", BATCH, Kind.RECORD, to="batches", shown=False),
    ),
    see="figures.see",
    unit="",
    noun="figure",
    title="value",
    naming=lambda one: words.period_words(one.period),
    order="-pk",
    only=Q(superseded_by__isnull=True),
    search=words.facts_about,
    page="web:fact",
    empty=Term("还没有数据：加载月报等台账后列在这里。", "No figures yet: load a monthly report."),
)  # fmt: skip

BATCHES = Screen(
    code="batches",
    names=Term("批次", "Loads"),
    one=Term("批次", "batch"),
    model=Batch,
    columns=(
        Column("name", Term("文件", "File")),
        Column("kind", Term("类型", "Kind"), Kind.CHOICE, choices=words.chosen(words.BATCH_KINDS), shown=False),
        Column("state", Term("状态", "State"), Kind.CHOICE, choices=words.chosen(words.BATCH_STATES)),
        Column("unit", Term("报送单位", "For"), Kind.UNIT),
        Column("by_name", Term("加载人", "By"), words=labels.who),
        Column("started", Term("时间", "When"), Kind.MOMENT),
        Column("read", Term("读取", "Read"), Kind.INTEGER, total=True),
        Column("new", Term("新增", "New"), Kind.INTEGER, total=True),
        Column("changed", Term("变更", "Changed"), Kind.INTEGER, total=True),
        Column("same", Term("相同", "Same"), Kind.INTEGER, total=True),
        Column("refused", Term("未写入", "Refused"), Kind.INTEGER, total=True),
        Column("conflicts", Term("冲突", "Conflicts"), Kind.INTEGER, total=True, shown=False),
    ),
    see="batch.see",
    noun="batch",
    order="-pk",
    page="web:batch",
    empty=Term("还没有批次：加载的每个文件都记在这里。", "Nothing was loaded yet; every load is kept here."),
)  # fmt: skip

UNCERTAIN = Screen(
    code="uncertain",
    names=Term("待判定企业", "Firms to decide"),
    one=Term("待判定企业", "firm to decide"),
    model=Uncertain,
    columns=(
        Column("name", Term("文件中的名称", "Name in the file")),
        Column("uscc", Term("统一社会信用代码", "Credit code"), Kind.CODE),
        Column("batch", BATCH, Kind.RECORD, to="batches"),
        Column("row", Term("行", "Row"), Kind.INTEGER),
        Column("decided", Term("判定时间", "Decided"), Kind.MOMENT),
    ),
    see="firms.judge",
    unit="",
    noun="verdict",
    order="-pk",
    empty=Term("没有待判定的企业。", "No firm waits to be decided."),
)

TRAIL = Screen(
    code="trail",
    names=Term("留痕", "Trail"),
    one=Term("留痕", "trail entry"),
    model=TrailEntry,
    columns=(
        Column("at", Term("时间", "When"), Kind.MOMENT),
        Column("actor_name", Term("谁", "Who"), words=labels.who),
        Column("action", Term("做了什么", "What"), Kind.CHOICE, choices=words.verbs),
        Column("noun", Term("对象", "Of what"), Kind.CHOICE, choices=words.chosen(words.TRAIL_NOUNS)),
        Column(
            "subject",
            Term("单位或企业", "Unit or firm"),
            Kind.RECORD,
            named=words.subject_names,
            offered=words.subjects_offered,
        ),
        Column("reason", Term("理由", "Reason"), Kind.LONG),
        Column("batch", BATCH, Kind.RECORD, to="batches"),
    ),
    see="trail.see",
    unit="",
    noun="trail",
    title="action",
    order="-pk",
    search=lambda _user, text: Q(actor_name__icontains=text) | Q(reason__icontains=text),
    empty=Term("还没有留痕。", "Nothing happened yet."),
)

ALL = (FIRMS, QUALIFICATIONS, UNITS, MEASURES, FACTS, BATCHES, UNCERTAIN, TRAIL)


def connect() -> None:
    """Let people work with the registry's nouns."""
    for screen in ALL:
        declare(screen)
