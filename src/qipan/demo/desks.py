"""What the other desks keep in their ledgers: projects that slip, leads that die, payouts under a clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import polars as pl

from qipan.demo.chance import stream
from qipan.demo.identity import Registrar
from qipan.demo.parameters import Parameters
from qipan.demo.roster import Firm
from qipan.demo.timeline import apportion


@dataclass(frozen=True, slots=True)
class Project:
    """A key project of the year; money in 万元."""

    park: str
    section: str
    name: str
    owner: str
    content: str
    total: int
    before: int  # done up to the end of last year
    plan: int
    done: int  # done this year so far
    progress: str
    start: str  # as the ledger says it: "3月底", "拟6月"
    problem: str
    light: str  # green | yellow | red: in the file only the colour of a cell
    leader: str
    department: str
    officer: str


@dataclass(frozen=True, slots=True)
class Lead:
    """An investment lead as a team writes it down; nearly everything is free text."""

    team: str
    met_by: str
    origin: str
    firm: str
    investment: str
    land: str
    progress: str
    stage: str
    next: str


@dataclass(frozen=True, slots=True)
class Payout:
    """One line of a subsidy list; money in yuan. A refused line pays nothing and says why."""

    firm: int
    clause: str
    asked: int
    approved: int
    city: int
    district: int
    account: str
    note: str
    refused: str


SECTIONS = (
    ("一、产业项目", "（一）续建项目"),
    ("一、产业项目", "（二）新开工项目"),
    ("二、基础设施项目", "（一）续建项目"),
    ("二、基础设施项目", "（二）新开工项目"),
)
_ROADS = ("标准厂房", "道路及管网工程", "污水处理厂提标改造", "220kV变电站", "人才公寓", "智慧化改造工程")
_STARTS = (*["已开工"] * 14, "3月底", "4月中旬", "5月", "6月", "拟6月", "8月", "拟12月", "9月底")
_TROUBLES = (
    "",
    "",
    "",
    "",
    "",
    "用地报批未完成",
    "征拆扫尾（剩余3户）",
    "环评批复滞后",
    "业主资金紧张",
    "施工许可未办结",
)
_STAGES = ("线索", "洽谈", "意向", "框架协议", "正式合同", "注册", "终止")
_WEIGHTS = (30, 26, 14, 9, 6, 3, 12)
_SITES = ("50亩", "厂房1万㎡", "120亩", "办公2000㎡", "待定", "厂房8000㎡+研发楼", "约300亩", "—")
_SUMS = ("5-8亿", "约3亿美元", "2亿", "1.2亿元", "10亿左右", "3000万", "一期6亿，总20亿", "待定")
_ORIGINS = ("以商招商", "驻外分局", "基金推荐", "商协会", "展会", "中介机构", "老客户增资")
_TEAMS = ("产业招商一科", "产业招商二科", "驻外招商分局", "园区招商组")
_ELSEWHERE = ("泊川", "昀州", "砚州")
_SECRET = ("某央企（保密）", "某上市公司（保密）", "某外资企业")
_SAID = ("赴外地拜访", "来访考察", "电话对接", "园区选址", "专班会商")
_HEARD = ("企业内部决策中", "比选三地", "要求土地价格", "已无意向")
_STEPS = ("11月中旬邀请来访", "提交方案", "协调厂房", "报首谈备案", "待企业反馈")
_BUILT = ("封顶", "施工至三层", "完成80%", "基础完工")
_FITTED = ("安装调试", "订购中", "进场30%")
_CLAUSES = ("第五条（二）", "第六条（一）", "第八条", "第三条（四）", "第十一条（一）")
_REASONS = ("不符合申报条件：营收增速未达10%", "材料不全，逾期未补正", "存在未修复的信用记录", "同一事项已享受市级奖励")


def _flagship(parameters: Parameters, officers: Sequence[str]) -> Project:
    ship = parameters.events.flagship
    return Project(
        ship.park,
        "/".join(SECTIONS[1]),
        ship.name,
        "（待注册项目公司）",
        "建设聚合装置3套、研发中心及配套公用工程",
        round(ship.total * 10_000),
        0,
        round(ship.plan * 10_000),
        round(ship.done * 10_000),
        "已完成场地平整约40%；因用地和环评未落实，8月起停滞，施工单位已退场部分设备。",
        "拟6月",
        ship.cause,
        "red",
        officers[0],
        "招商促进局、资规分局、环保分局",
        officers[1],
    )


def projects(parameters: Parameters, firms: Sequence[Firm], done: dict[str, int], seed: int) -> tuple[Project, ...]:
    """Return the key projects: plans add up to the plan of the year, what is done to the parks' figures (万元)."""
    random = stream(seed, "projects")
    people = Registrar(parameters, stream(seed, "officers"))
    officers = [people.person() for _ in range(24)]
    ship = _flagship(parameters, officers)
    ship = replace(ship, done=min(ship.done, done.get(ship.park, 0)))
    count = parameters.totals.projects - 1
    # In January nothing is done yet, and every park has its projects all the same.
    parks = [park for park in parameters.parks if done.get(park.code, 0) > 0 or not done]
    seats = [park.code for park in parks] + random.choices(
        [park.code for park in parks], [park.shares["投资"] for park in parks], k=count - len(parks)
    )
    plans = apportion(
        parameters.totals.project_plan * 10_000 - ship.plan, [random.lognormvariate(0, 0.8) for _ in seats]
    )
    found = [ship]
    owners = [firm for firm in firms if firm.kind == "工业" and firm.status == "存续" and not firm.exit]
    shares: dict[int, int] = {}
    for park in parks:
        mine = [at for at, seat in enumerate(seats) if seat == park.code]
        spare = done.get(park.code, 0) - (ship.done if park.code == ship.park else 0)
        weights = [plans[at] * random.uniform(0.55, 1.1) for at in mine]
        shares |= dict(zip(mine, apportion(spare, weights), strict=True))
    for at, seat in enumerate(seats):
        near = [firm for firm in owners if firm.park == seat] or owners
        found.append(_project(seat, plans[at], shares[at], random.choice(near), random, officers))
    return tuple(sorted(found, key=lambda project: SECTIONS.index(_section(project))))


def _section(project: Project) -> tuple[str, str]:
    first, second = project.section.split("/")
    return first, second


def _project(park: str, plan: int, done: int, owner: Firm, random: Random, officers: Sequence[str]) -> Project:
    section = random.choices(SECTIONS, (38, 32, 14, 16))[0]
    running = "续建" in section[1]
    industrial = "产业" in section[0]
    ratio = done / plan if plan else 0
    light = "green" if ratio > 0.72 else "yellow" if ratio > 0.5 else "red"
    brand = owner.name.removeprefix("澄川").removeprefix("市")[:2]
    what = owner.product or "成套部件"
    thing = f"{brand}{what}{random.choice(('扩能', '生产基地', '智能工厂', '二期'))}项目"
    name = thing if industrial else f"{brand}片区{random.choice(_ROADS)}"
    trouble = random.choice(_TROUBLES) if light == "green" else random.choice(_TROUBLES[5:])
    text = f"主体{random.choice(_BUILT)}；设备{random.choice(_FITTED)}；"
    before = round(plan * random.uniform(0.3, 1.6)) if running else 0
    return Project(
        park,
        "/".join(section),
        name,
        owner.name if industrial else "澄川高新投资控股集团有限公司",
        f"新建{random.randint(2, 18)}条{what}产线" if industrial else f"总建筑面积约{random.randint(1, 20)}万㎡",
        before + plan + round(plan * random.uniform(0.1, 1.2)),
        before,
        plan,
        done,
        text + f"10月完成投资{round(done / 9)}万元，累计形象进度约{round(min(ratio, 1) * 90)}%。",
        "已开工" if running else random.choice(_STARTS),
        trouble,
        light,
        random.choice(officers[:8]),
        random.choice(("经济发展局", "建设管理局", "招商促进局", "高投集团")),
        random.choice(officers[8:]),
    )


def leads(parameters: Parameters, seed: int) -> tuple[Lead, ...]:
    """Return the leads of four teams; one in eight has ended, some firms may not be named."""
    random = stream(seed, "leads")
    registrar = Registrar(parameters, stream(seed, "lead names"))
    teams = [team for team in _TEAMS for _ in range(random.randint(38, 61))]
    return tuple(_lead(team, parameters, registrar, random) for team in teams)


def _lead(team: str, parameters: Parameters, registrar: Registrar, random: Random) -> Lead:
    """Return one lead; the firm comes from elsewhere, from a place that does not exist either."""
    industry = random.choice([industry for industry in parameters.industries if industry.products])
    name = registrar.name(industry.trades[0]).replace(parameters.city.short, random.choice(_ELSEWHERE))
    stage = random.choices(_STAGES, _WEIGHTS)[0]
    day, again = f"{random.randint(2, 9)}.{random.randint(1, 28)}", f"10.{random.randint(1, 28)}"
    text = f"{day}{random.choice(_SAID)}；{again}回访，{random.choice(_HEARD)}"
    park = random.choice([park.aliases[0] for park in parameters.parks if park.kind == "park"])
    return Lead(
        team,
        random.choice((park, "招商局", "高投集团")),
        random.choice(_ORIGINS),
        random.choice(_SECRET) if random.random() < 0.08 else name,
        random.choice(_SUMS),
        random.choice(_SITES),
        text,
        stage,
        "" if stage == "终止" else random.choice(_STEPS),
    )


def payouts(firms: Sequence[Firm], honours: pl.DataFrame, seed: int) -> tuple[Payout, ...]:
    """Return a subsidy list: firms with several clauses, deductions of what was paid before, lines refused."""
    random = stream(seed, "payouts")
    holders = honours.filter(pl.col("kind") == "高新技术企业")["firm"].unique(maintain_order=True).to_list()
    living = [firm for firm in firms if firm.status == "存续" and firm.id in set(holders)]
    found: list[Payout] = []
    for firm in random.sample(living, 86):
        account = f"澄川银行高新支行 62{random.randint(10**13, 10**14 - 1)}"
        for clause in random.sample(_CLAUSES, random.choice((1, 1, 2, 3))):
            asked = random.choice((50_000, 100_000, 150_000, 200_000, 300_000, 500_000))
            refused = random.choice(_REASONS) if random.random() < 0.12 else ""
            deducted = 50_000 if not refused and asked > 100_000 and random.random() < 0.15 else 0
            approved = 0 if refused else asked - deducted
            note = "扣减已兑现5万" if deducted else ""
            city = approved // 2
            found.append(Payout(firm.id, clause, asked, approved, city, approved - city, account, note, refused))
    return tuple(found)
