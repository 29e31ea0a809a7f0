"""Who is in the zone: firms that report monthly, firms that have left, and the many that only stand in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from qipan.demo.chance import stream
from qipan.demo.identity import Registrar, trade_of
from qipan.demo.parameters import KINDS, Industry, Parameters, Park

SMALL_KINDS = {"批零业": 40, "服务业": 33, "工业": 11, "建筑业": 8, "住餐业": 8}


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm as the zone knows it; months are yyyymm and 0 where there is none, money in 万元."""

    id: int
    name: str
    former: str
    uscc: str
    park: str
    district: str
    industry: str
    industry_name: str
    kind: str  # kind of 四上 (工业 …); empty: below the thresholds
    registered: str  # ISO date
    closed: str  # ISO date of 注销 or 迁出; empty: it lives
    status: str  # 存续 | 注销 | 迁出
    capital: int
    address: str
    contact: str
    phone: str
    product: str
    entry: int  # month it entered 四上; 0: before the window
    exit: int  # month it left 四上; 0: it is in
    reason: str  # why it left
    weight: float  # yearly output (工业) or revenue now, 亿元
    torch: bool  # in the yearly return of high-tech zones (火炬统计)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What decides a firm before it is registered."""

    kind: str
    park: Park
    industry: Industry
    weight: float
    entry: int
    exit: int
    reason: str
    torch: bool
    status: str = "存续"
    trade: str = ""


def output_weights(parameters: Parameters, random: Random) -> list[float]:
    """Return yearly output of 规上工业 firms in 亿元, largest first; the first and the first ten have their shares."""
    totals, count = parameters.totals, parameters.kinds["工业"]
    whole = float(totals.industrial_output)
    first = whole * totals.top_firm_share / 100
    nine = [0.82**at for at in range(9)]
    rest = whole * (totals.top_ten_share - totals.top_firm_share) / 100
    top = [first, *(rest * weight / sum(nine) for weight in nine)]
    tail = sorted((random.lognormvariate(0.0, 0.95) for _ in range(count - 10)), reverse=True)
    share = whole * (100 - totals.top_ten_share) / 100
    # Nobody below the threshold of 2,000万 by far, and the tail stays under the tenth firm.
    floor, ceiling = 0.21, top[-1] * 0.62
    tail = [min(max(weight * share / sum(tail), floor), ceiling) * random.uniform(0.85, 1.15) for weight in tail]
    spare = share - sum(tail)
    middle = tail[40:200]
    return top + tail[:40] + [weight * (1 + spare / sum(middle)) for weight in middle] + tail[200:]


def _industry(parameters: Parameters, kind: str, park: Park, random: Random) -> Industry:
    fitting = [industry for industry in parameters.industries if industry.kind == kind]
    weights = [industry.weight * (9.0 if park.code in industry.parks else 1.0) for industry in fitting]
    return random.choices(fitting, weights)[0]


# Months of this year in which firms entered 四上; the others come at the year's end, which the zone has not seen yet.
_ENTRIES = (202603, 202603, 202603, 202604, 202604, 202605, 202606, 202606, 202606, 202607, 202608, 202609, 202609)


def _entry(random: Random) -> int:
    """Return a month of entry into 四上: most firms long ago, the others bunched at a year's end."""
    draw = random.random()
    if draw < 0.56:
        return 0
    if draw < 0.93:
        return random.choice((2021, 2022, 2022, 2023, 2023, 2024, 2024, 2025, 2025)) * 100 + random.choice(
            (11, 12, 12, 12)
        )
    return random.choice((2022, 2023, 2024, 2025)) * 100 + random.choice((3, 4, 5, 6, 7, 8, 9))


def _standing(parameters: Parameters, random: Random) -> list[_Draft]:
    """Return the firms that report now: as many of each kind in each park as the parameters say."""
    drafts: list[_Draft] = []
    for at, kind in enumerate(KINDS):
        seats = [park for park in parameters.parks for _ in range(park.firms[at])]
        random.shuffle(seats)
        if kind == "工业":
            weights = output_weights(parameters, random)
            seats = _seat_largest(seats, parameters)
        else:
            raw = sorted((random.lognormvariate(0.0, 1.0) + 0.08 for _ in seats), reverse=True)
            weights = [parameters.revenue[kind] * weight / sum(raw) for weight in raw]
        for rank, (park, weight) in enumerate(zip(seats, weights, strict=True)):
            entry = 0 if rank < 12 else _entry(random)
            torch = kind in ("工业", "服务业") or (kind == "批零业" and rank < 60) or (kind == "建筑业" and rank < 20)
            drafts.append(_Draft(kind, park, _industry(parameters, kind, park, random), weight, entry, 0, "", torch))
    # Who newly passes the threshold is small.
    newer = [at for at, draft in enumerate(drafts) if draft.entry > 202112 and draft.park.firms[0] >= 16]
    new = sorted(newer, key=lambda at: drafts[at].weight)[: 3 * len(_ENTRIES) : 3]
    for at, month in zip(new, _ENTRIES, strict=True):
        draft = drafts[at]
        drafts[at] = _Draft(draft.kind, draft.park, draft.industry, draft.weight, month, 0, "", draft.torch)
    return drafts


def _seat_largest(seats: list[Park], parameters: Parameters) -> list[Park]:
    """Return the seats with the ten largest placed: electronics first, two in each of the falling parks."""
    by_code = {park.code: park for park in parameters.parks}
    order = ["SQ", "QW", "SQ", "WL", "BL", "HT", "SJ", "QW", "BX", "SQ", "BL", "SJ"]
    rest = list(seats)
    for code in order:
        rest.remove(by_code[code])
    return [by_code[code] for code in order] + rest


def _departed(parameters: Parameters, random: Random) -> list[_Draft]:
    """Return the firms that have left 四上, and the plant that moved away."""
    drafts: list[_Draft] = []
    last = 0
    reasons = ("营收低于标准退库", "营收低于标准退库", "注销", "停产", "迁出")
    for at, kind in enumerate(KINDS):
        parks = random.choices(parameters.parks, [park.firms[at] for park in parameters.parks], k=parameters.left[kind])
        for park in parks:
            month = random.choice((2022, 2023, 2023, 2024, 2024, 2025, 2026)) * 100 + 1
            if month == 202601:
                last += 1
                month = month if last % 2 else 202501  # this year fewer have left than have come
            reason = random.choice(reasons)
            status = {"注销": "注销", "迁出": "迁出"}.get(reason, "存续")
            weight = random.uniform(0.2, 0.7)
            industry = _industry(parameters, kind, park, random)
            drafts.append(_Draft(kind, park, industry, weight, 0, month, reason, kind == "工业", status))
    moved = parameters.events.moved_plant
    park = next(park for park in parameters.parks if park.code == moved.park)
    industry = next(industry for industry in parameters.industries if moved.name_trade in industry.trades)
    reason = f"整体搬迁至{moved.to}"
    drafts.append(_Draft("工业", park, industry, moved.output, 0, moved.gone, reason, True, "迁出", moved.name_trade))
    return drafts


def _small(parameters: Parameters, random: Random, living: int, torch: int) -> list[_Draft]:
    """Return the firms below the thresholds: as many as the zone has beside the others, and those closed meanwhile."""
    kinds, weights = list(SMALL_KINDS), list(SMALL_KINDS.values())
    closed = round(living * 0.055)
    drafts: list[_Draft] = []
    for at in range(living + closed):
        in_torch = at < torch
        kind = random.choices(("服务业", "工业"), (60, 40))[0] if in_torch else random.choices(kinds, weights)[0]
        park = random.choices(parameters.parks, [park.other for park in parameters.parks])[0]
        weight = random.lognormvariate(-2.2, 0.8) if in_torch else random.lognormvariate(-4.6, 1.1)
        status = "存续" if at < living else "注销"
        industry = _industry(parameters, kind, park, random)
        drafts.append(
            _Draft("", park, industry, min(weight, 0.19 if not in_torch else 0.9), 0, 0, "", in_torch, status)
        )
    random.shuffle(drafts)
    return drafts


def _dates(draft: _Draft, random: Random, first: int, last: int) -> tuple[str, str]:
    """Return the days of registration and of closing; who closed did so inside the window."""
    end_year, end_month = divmod(last, 100)
    if draft.kind:
        until = draft.entry // 100 - 1 if draft.entry else 2019
        registered = f"{random.randint(2003, max(2004, until))}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
        closed = f"{draft.exit // 100 - 1}-{random.randint(7, 12):02d}-15" if draft.status != "存续" else ""
        return registered, closed
    living = draft.status == "存续"
    years = range(2006, end_year + (1 if living else 0))
    weights = [(1 + 0.36 * (year - 2006)) * (end_month / 12 if year == end_year else 1) for year in years]
    year = random.choices(years, weights)[0]
    month = random.randint(1, 12 if year < end_year else end_month)
    registered = f"{year}-{month:02d}-{random.randint(1, 28):02d}"
    if living:
        return registered, ""
    start = max(first // 100 * 12 + first % 100 - 1, year * 12 + month)
    stop = end_year * 12 + end_month - 1
    at = random.randint(min(start, stop), stop)
    return registered, f"{at // 12}-{at % 12 + 1:02d}-28"


def _register(draft: _Draft, registrar: Registrar, random: Random, number: int, window: tuple[int, int]) -> Firm:
    """Return the firm that a draft becomes once it has a name, a code and a place."""
    registered, closed = _dates(draft, random, *window)
    trade = draft.trade or trade_of(draft.industry, random)
    name = registrar.name(trade, large=bool(draft.kind))
    former = registrar.name(trade, large=True) if draft.kind and random.random() < 0.06 else ""
    capital = max(10, round(draft.weight * random.choice((600, 1000, 1500, 2500)), -2 if draft.weight > 1 else -1))
    product = random.choice(draft.industry.products) if draft.industry.products else ""
    return Firm(
        number,
        name,
        former,
        registrar.code(int(registered[:4])),
        draft.park.code,
        random.choice(draft.park.districts),
        draft.industry.code,
        draft.industry.name,
        draft.kind,
        registered,
        closed,
        draft.status,
        int(capital),
        registrar.address(draft.park),
        registrar.person(),
        registrar.telephone(),
        product,
        draft.entry,
        draft.exit,
        draft.reason,
        draft.weight,
        draft.torch,
    )


def firms(parameters: Parameters, seed: int, window: tuple[int, int]) -> tuple[Firm, ...]:
    """Return every firm of the zone: those reporting now first, then those that left 四上, then the small ones."""
    random = stream(seed, "roster")
    registrar = Registrar(parameters, stream(seed, "identity"))
    drafts = _standing(parameters, random) + _departed(parameters, random)
    living = parameters.totals.enterprises - sum(1 for draft in drafts if draft.status == "存续")
    torch = parameters.totals.torch_firms - sum(1 for draft in drafts if draft.torch and draft.status == "存续")
    drafts += _small(parameters, random, living, torch)
    return tuple(_register(draft, registrar, random, at + 1, window) for at, draft in enumerate(drafts))
