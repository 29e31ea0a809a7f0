"""A small zone with people, and a leader's page made up for the tests of pages (no such page is shipped)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from django.contrib.auth.hashers import make_password
from django.db.models import Model

from qipan.domains.economy.shapes import (
    Address,
    Card,
    CellOfOrigin,
    EarlierValue,
    Figure,
    Input,
    LeaderPage,
    Light,
    ParkRow,
    Text,
    Why,
)
from qipan.platform.models import User
from qipan.registry.models import Enterprise, Grant, Subject, Unit, UnitPlace

PASSWORD = "long enough 2026"
BEGAN = date(2018, 1, 1)


@cache
def hashed() -> str:
    """Return the hash of PASSWORD; made once, because it is meant to take long."""
    return make_password(PASSWORD)


@dataclass(frozen=True, slots=True)
class Zone:
    """The units and people of a small zone."""

    city: Unit
    zone: Unit
    east: Unit
    west: Unit
    leader: User
    economy: User
    park: User  # manages the east park
    system: User


def new_unit(code: str, name: str, kind: str, parent: Unit | None = None, *, sort: int = 0, en: str = "") -> Unit:
    """Return a unit that stands under `parent` since 2018."""
    subject = Subject.objects.create(noun=Subject.Noun.UNIT)
    unit = Unit.objects.create(subject=subject, kind=kind, code=code, name=name, name_en=en, sort=sort)
    if parent is not None:
        UnitPlace.objects.create(unit=unit, parent=parent, since=BEGAN)
    return unit


def new_person(username: str, role: str, unit: Unit, *, name: str = "") -> User:
    """Return a person with one grant."""
    user = User.objects.create(username=username, password=hashed(), last_name=name or username)
    Grant.objects.create(user=user, role=role, unit=unit, since=BEGAN)
    return user


def new_firm(name: str, unit: Unit | None, **fields: object) -> Enterprise:
    """Return a firm."""
    subject = Subject.objects.create(noun=Subject.Noun.ENTERPRISE)
    return Enterprise.objects.create(subject=subject, unit=unit, name=name, name_key=name, **fields)


def new_zone() -> Zone:
    """Return a city with a zone of two parks, and one person of every role."""
    city = new_unit("city", "云州市", "city", en="Yunzhou")
    zone = new_unit("zone", "云州高新区", "zone", city, en="Yunzhou High-tech Zone")
    east = new_unit("east", "东园", "park", zone, sort=1, en="East Park")
    west = new_unit("west", "西园", "park", zone, sort=2, en="West Park")
    return Zone(
        city,
        zone,
        east,
        west,
        leader=new_person("leader", "leader", zone, name="李主任"),
        economy=new_person("economy", "economy", zone, name="陈统计"),
        park=new_person("park", "park", east, name="王园长"),
        system=new_person("system", "system", zone, name="赵管理"),
    )


def boards_of_others(zone: Zone) -> dict[str, Model]:
    """Return boards, a screen and boundaries that another person made, by what they are."""
    from qipan.domains.boards.models import Board, Boundary, WallToken

    other = User.objects.create(username="another")
    shape = {"geometry": "{}", "datum": "WGS84", "area": 1, "longitude": 1, "latitude": 1}
    return {
        "board of another, shared by link": Board.objects.create(owner=other, name="b", tiles="[]", link="l"),
        "board of another, for parks": Board.objects.create(owner=other, name="b", tiles="[]", role="park"),
        "screen of another": WallToken.objects.create(name="w", boards=["park"], digest="0" * 64, by=other),
        "boundary of the east": Boundary.objects.create(unit=zone.east, **shape),
        "boundary of the west": Boundary.objects.create(unit=zone.west, **shape),
    }


YI = Text("亿元", "CNY 100 million")
PERCENT = Text("%", "%")
PLACE = Text("位", "place")
NAMES = (
    ("gdp", "地区生产总值", "GDP", True),
    ("industrial_value_added", "规上工业增加值增速", "Industrial value added", True),
    ("industrial_output", "规上工业总产值", "Industrial output", False),
    ("industrial_power", "工业用电量", "Industrial electricity", False),
    ("fixed_investment", "固定资产投资增速", "Fixed-asset investment", True),
    ("industrial_investment", "工业投资增速", "Industrial investment", True),
    ("service_revenue", "规上服务业营业收入", "Service revenue", False),
    ("retail_sales", "限上社零", "Retail sales", False),
    ("budget_revenue", "一般公共预算收入", "Budget revenue", False),
    ("trade", "进出口总额", "Trade", False),
    ("foreign_capital", "实际使用外资", "Foreign capital used", False),
    ("outside_capital", "省外到位资金", "Capital from other provinces", False),
    ("project_done", "重点项目投资完成率", "Key projects", False),
    ("above_scale_net", "四上企业净增", "Firms above scale", False),
    ("hightech_firms", "有效高企", "High-tech enterprises", False),
    ("new_firms", "新登记企业", "Firms registered", False),
)
LIGHTS = {2: Light.RED, 4: Light.RED, 5: Light.AMBER, 8: Light.AMBER, 14: Light.NONE, 15: Light.DUE}


def figure(
    subject: int,
    code: str,
    text: str,
    unit: Text = YI,
    *,
    what: str = "value",
    period: int = 202610,
    known: bool = True,
) -> Figure:
    """Return a figure with an address."""
    return Figure(text, unit, Address(subject, code, period, what=what), known)


def card(subject: int, number: int) -> Card:
    """Return the card of one measure, with everything a card can show."""
    code, zh, en, growth_target = NAMES[number]
    light = LIGHTS.get(number, Light.GREEN)
    months = [202411 + i if i < 2 else (202500 + i - 1 if i < 14 else 202600 + i - 13) for i in range(24)]
    line = tuple((month, None if month % 100 == 1 else 80 + number + (month * 7 % 23)) for month in months)

    def own(text: str, unit: Text = YI, what: str = "value") -> Figure:
        return figure(subject, code, text, unit, what=what)

    return Card(
        code=code,
        name=Text(zh, en),
        scope=Text("规上，现价，同口径", "above scale, current prices"),
        period=Text("1—10月", "Jan–Oct"),
        value=own("—", what="value") if light is Light.DUE else own("848.6"),
        growth=None if light is Light.DUE else own("+6.2", PERCENT, "growth"),
        growth_kind=Text("可比价", "comparable prices"),
        target=own("7.0", PERCENT, "target") if growth_target else own("1,020.0", YI, "target"),
        progress=None if growth_target else own("83.2", PERCENT, "progress"),
        pace=None if growth_target else own("83.3", PERCENT, "pace"),
        seasonal_pace=None if growth_target else own("81.0", PERCENT, "seasonal_pace"),
        gap=own("−0.8", Text("百分点", "pp"), "gap") if growth_target else own("171.4", YI, "gap"),
        needed=own("85.7", YI, "needed"),
        city_growth=own("+5.1", PERCENT, "city_growth"),
        city_rank=own("3", PLACE, "city_rank"),
        city_places=own("9", PLACE, "city_places"),
        light=light,
        rule="pace_light",
        reason=Text(f"{zh}：低于时间进度 2 个百分点以上", f"{en}: more than 2 points behind the calendar"),
        locked=number % 4 != 3,
        line=line,
        line_basis=Text("当月值", "single months"),
        breaks=(202501,) if number == 2 else (),
    )


def leader_page(zone: Zone) -> LeaderPage:
    """Return a whole leader's page."""
    unit = zone.zone.pk
    parks = [(zone.east, Text(f"东园{i}期智能制造产业园", f"East Smart Manufacturing Park {i}")) for i in range(12)]
    cells = tuple(
        (figure(unit, code, "120.5"), figure(unit, f"{code}.yoy", "+4.0", PERCENT)) for code, *_ in NAMES[:12]
    )
    return LeaderPage(
        unit=unit,
        unit_name=Text("云州高新区", "Yunzhou High-tech Zone"),
        period=202610,
        period_name=Text("2026年1—10月", "Jan–Oct 2026"),
        periods=((202610, Text("2026年1—10月", "Jan–Oct 2026")), (202609, Text("2026年1—9月", "Jan–Sep 2026"))),
        sentence=Text("16项：10项达序时、2黄、2红；已锁定12项", "16 measures: 10 on pace, 2 amber, 2 red; 12 locked"),
        cards=tuple(card(unit, number) for number in range(16)),
        park_columns=tuple(Text(zh, en) for _code, zh, en, _g in NAMES[:12]),
        parks=(
            *(ParkRow(park.pk, name, cells) for park, name in parks),
            ParkRow(unit, Text("其他（飞地、总部）", "Other (enclaves, headquarters)"), cells, residual=True),
        ),
        locked=12,
        due=1,
    )


def why_of(zone: Zone, address: Address) -> Why:
    """Return an answer to why, with inputs that open in their turn."""
    inner = Address(address.subject, "industrial_output", 202609)
    return Why(
        name=Text("规上工业总产值", "Industrial output")
        if address.period == 202610
        else Text("上期产值", "Earlier output"),
        subject=Text("云州高新区", "Yunzhou High-tech Zone"),
        period=Text("2026年1—10月", "Jan–Oct 2026"),
        figure=Figure("848.6", YI, address),
        printed="848.63",
        definition=Text("生产的最终产品的总价值", "Value of final products"),
        scope=Text("规模以上工业", "Industry above scale"),
        formula=Text("本期累计 ÷ 全年目标", "this period over the year's target"),
        inputs=(Input(Text("上期产值", "Earlier output"), Figure("760.1", YI, inner), Text("1—9月", "Jan–Sep")),),
        rule=Text("低于时间进度 2 个百分点以上为红", "red where more than 2 points behind"),
        rule_source=Text("工作惯例", "practice"),
        origin=CellOfOrigin(
            batch=7,
            file="10月月报.xlsx",
            sheet="月报",
            row=6,
            column=5,
            column_name="F",
            window=(("指标", "单位", "全年目标"), ("规上工业总产值", "亿元", "848.63"), ("=1+1", "<b>x</b>", "")),
            window_first_row=5,
            columns=(3, 4, 5),
            head=(),
            unit="",
            loaded_by="陈统计",
            loaded_at=datetime(2026, 11, 18, 1, 30, tzinfo=UTC),
        ),
        earlier=(
            EarlierValue("840.0", "陈统计", datetime(2026, 11, 17, 1, 0, tzinfo=UTC), 6, Text("更正", "corrected")),
        ),
        status=Text("已锁定", "locked"),
        publisher=Text("统计局", "Statistics bureau"),
        source=Text("工业统计报表制度", "Industrial statistics reporting system"),
        next_due=date(2026, 12, 18),
    )
