"""`qipan demo`: the generated zone, written as ledger files and loaded through the same door as anybody's."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from qipan.commands.setting import (
    DONE,
    FAILED,
    STOPPED,
    agreed,
    answer,
    console,
    operator,
    out,
    progress,
    ready,
    say,
    show_problems,
)

PEOPLE = (
    ("leader", "leader", "管委会领导"),
    ("economy", "economy", "经发局统计"),
    ("park", "park", "园区管理员"),
    ("system", "system", "系统管理员"),
    ("security", "security", "安全管理员"),
    ("audit", "audit", "审计管理员"),
    ("clerk", "clerk", "园区报表员"),
    ("firm", "enterprise", "企业用户"),
)
# Whose role is granted at the first park; whose at a firm of it.
AT_PARK, AT_FIRM = {"park", "clerk"}, {"enterprise"}


def demo(seed: int, files: Path | None, *, yes: bool, json: bool) -> int:
    """Generate the zone and load it, or only write its files."""
    started = time.perf_counter()
    if files is not None:
        from qipan.demo import generate

        summary = generate(files, seed=seed)
        result: dict[str, Any] = {"files": sum(len(paths) for paths in summary.batches), "folder": str(files)}
        if not json:
            console.print(
                say(f"已写出 {result['files']} 个文件到 {files}", f"{result['files']} files written to {files}")
            )
        return _finish({**result, "seconds": round(time.perf_counter() - started, 3)}, json, DONE)
    ready()
    if not _empty():
        question = say("已有数据，仍要加入演示区吗？", "There is data already. Add the demonstration zone to it?")
        if not agreed(question, yes=yes):
            return STOPPED
    result = fill(seed, quiet=json)
    if not result.get("batches"):
        return _finish(result, json, FAILED)
    if not json:
        tell_people(result["people"])
    return _finish({**result, "seconds": round(time.perf_counter() - started, 3)}, json, DONE)


def _finish(result: dict[str, Any], json: bool, code: int) -> int:
    if json:
        answer({**result, "exit": code})
    return code


def _empty() -> bool:
    from qipan.registry.models import Subject

    return not Subject.objects.exists()


def fill_if_empty() -> int:
    """Fill an empty installation with the demonstration zone and print its log-ins; does nothing elsewhere."""
    from qipan.platform.models import User

    if not _empty() or User.objects.exists():
        return DONE
    from qipan.demo import SEED

    console.print(
        say(
            "数据目录为空：生成演示区（约一分钟）…",
            "Empty data folder: generating the demonstration zone (about a minute)…",
        )
    )
    result = fill(SEED, quiet=False)
    if not result.get("batches"):
        return FAILED
    tell_people(result["people"])
    return DONE


def tell_people(people: dict[str, str]) -> None:
    """Print the generated log-ins."""
    from rich.table import Table

    table = Table(
        title=say("演示用户（只显示这一次）", "People of the demonstration (shown once)"), title_justify="left"
    )
    table.add_column(say("登录名", "Log-in"))
    table.add_column(say("角色", "Role"))
    table.add_column(say("密码", "Password"))
    roles = {name: full for name, _, full in PEOPLE}
    for name, password in people.items():
        table.add_row(name, roles[name], password)
    out.print(table)


def fill(seed: int, *, quiet: bool) -> dict[str, Any]:
    """Generate, load, lock and open the doors; returns what was done."""
    from qipan.demo import generate
    from qipan.platform.definitions import ALWAYS, install
    from qipan.platform.home import home
    from qipan.platform.search import catch_up

    actor = operator()
    outcome = install(actor, (*ALWAYS, "demo"))
    if not outcome.done:
        show_problems(outcome.problems)
        return {}
    batches: list[int] = []
    with tempfile.TemporaryDirectory(dir=home().cache) as folder, progress(quiet=quiet) as tell:
        tell("generate", 0, 0)
        summary = generate(Path(folder), seed=seed)
        for paths in summary.batches:
            batch = _load(_name(paths, Path(folder)), paths, tell)
            if batch is None:
                return {}
            batches.append(batch)
        if not _draw(summary.boundaries):
            return {}
        catch_up(tell)
    locked = _lock_earlier()
    return {"batches": batches, "locked": locked, "people": _people()}


def _name(paths: tuple[Path, ...], folder: Path) -> str:
    """Return what a person would call a load: its first file or folder, and how many more there are."""
    names = list(dict.fromkeys(path.relative_to(folder).parts[0].removesuffix(path.suffix) for path in paths))
    return names[0] if len(names) == 1 else f"{names[0]}等{len(names)}种"


def _load(name: str, paths: tuple[Path, ...], tell: Any) -> int | None:
    from qipan.platform.imports import load as loads

    checked = loads.check(loads.Request(paths, name), tell)
    outcome = loads.write(checked, operator(), tell)
    if not outcome.done or outcome.value is None:
        console.print(
            say(f"演示区的“{name}”没有写入", f"“{name}” of the demonstration zone was not written"), style="red"
        )
        show_problems(outcome.problems)
        return None
    return outcome.value.pk


def _draw(path: Path) -> bool:
    """Load the boundaries of the zone and its parks; tell whether it went well."""
    from qipan.demo.places import DATUM
    from qipan.domains.boards.boundaries import load

    outcome = load(operator(), path.read_bytes(), file=path.name, datum=str(DATUM))
    show_problems(outcome.problems)
    return outcome.done


def _lock_earlier() -> int:
    """Lock everything but the newest month: that one is still preliminary."""
    from qipan.registry.loading.returns import lock
    from qipan.registry.models import Return

    months = sorted({p for p in Return.objects.values_list("period", flat=True) if 1 <= p % 100 <= 12 and p < 10**6})
    return sum(lock(operator(), month).value or 0 for month in months[:-1])


def _people() -> dict[str, str]:
    from django.utils import timezone

    from qipan.registry.models import Enterprise, Unit
    from qipan.registry.people import fresh_password, put
    from qipan.registry.rights import open_on

    parks = Unit.objects.filter(open_on(timezone.localdate()), kind=Unit.Kind.PARK)
    park = parks.order_by("sort", "code").first()
    firm = Enterprise.objects.filter(unit=park, above_scale=True).order_by("name").first() if park else None
    passwords: dict[str, str] = {}
    for name, role, full_name in PEOPLE:
        if role in AT_FIRM and firm is None:
            continue
        place = park.pk if park and role in AT_PARK else None
        at_firm = firm.pk if firm and role in AT_FIRM else None
        secret = fresh_password()
        outcome = put(operator(), name, role=role, unit=place, firm=at_firm, full_name=full_name, secret=secret)
        if outcome.done and outcome.value is not None and outcome.value.password:
            passwords[name] = outcome.value.password
    return passwords
