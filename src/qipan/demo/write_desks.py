"""Writes layouts 3, 4 and 5: projects under section rows, leads a sheet a team, payouts with capital numerals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Literal

from qipan.demo.desks import Payout, Project
from qipan.demo.printed import capital_numerals, span
from qipan.demo.roster import Firm
from qipan.demo.truth import Truth
from qipan.demo.workbook import Cell, Group, Page, Workbook

_NUMERALS = "一二三四五六七八九十"


def write_projects(zone: Truth, folder: Path) -> Path:
    """Write the project ledger; how a project stands is told only by the colour of its progress cell."""
    last = zone.last
    year = last // 100
    path = folder / f"{year}年重点项目台账.xlsx"
    width = 14
    with Workbook(path) as book:
        page = book.page("项目台账")
        page.title(
            f"{zone.parameters.zone.short}{year}年重点项目推进台账",
            width,
            f"截至{year}年{last % 100}月底    单位：万元",
        )
        page.widths([5, 36, 30, 11, 11, 11, 11, 48, 10, 30, 10, 20, 10, 14])
        names = (
            "序号",
            "项目名称（业主）",
            "建设内容",
            "总投资",
            f"累计至{year - 1}底",
            f"{year}计划",
            f"{span(last)}完成",
        )
        groups = [*(Group(name) for name in (*names, "形象进度", "开工", "存在问题"))]
        groups += [Group("责任", ("领导", "单位", "专员")), Group("所在园区")]
        page.header(groups)
        page.freeze(2)
        serial = 0
        seen: set[str] = set()
        for section, found in groupby(zone.projects, key=lambda project: project.section):
            first, second = section.split("/")
            if first not in seen:
                seen.add(first)
                page.line([first], "sum")
            mine = list(found)
            page.line([second, f"（{len(mine)}个）"], "sum")
            serial = _projects(zone, page, mine, serial)
        whole = [
            sum(values) for values in zip(*((p.total, p.before, p.plan, p.done) for p in zone.projects), strict=True)
        ]
        page.line([None, f"合计（{len(zone.projects)}个）", None, *whole], "sum")
        page.merge_across(width, "注：绿色为正常推进，黄色为预警，红色为严重滞后。")
    return path


def _projects(zone: Truth, page: Page, found: Sequence[Project], serial: int) -> int:
    """Write the projects of a section, neighbours under one leader merged, and return the last serial number."""
    names = {park.code: park.aliases[0] for park in zone.parameters.parks}
    ordered = sorted(found, key=lambda project: (project.leader, project.department))
    for leader, group in groupby(ordered, key=lambda project: project.leader):
        first = page.row
        for project in group:
            serial += 1
            shown = f"{project.name}\n（{project.owner.strip('（）')}）"
            cells: list[Cell] = [serial, shown, project.content, project.total, project.before or "—", project.plan]
            cells += [project.done, project.progress, project.start, project.problem or "无", None, project.department]
            row = page.line([*cells, project.officer, names[project.park]], "wrap")
            light: Literal["green", "yellow", "red"] = (
                "green" if project.light == "green" else "yellow" if project.light == "yellow" else "red"
            )
            page.cell(row, 7, project.progress, light)
        page.merge_down(first, page.row - 1, 10, leader)
    return serial


def write_leads(zone: Truth, folder: Path) -> Path:
    """Write the lead ledger, a sheet for each team."""
    path = folder / f"{zone.last // 100}年招商线索台账.xlsx"
    header = ("序号", "首谈单位", "信息来源", "企业名称", "拟投资", "用地需求", "进展情况", "阶段", "下步工作")
    with Workbook(path) as book:
        for team, found in groupby(zone.leads, key=lambda lead: lead.team):
            page = book.page(team)
            page.title(f"{team}在谈项目线索台账", len(header))
            page.widths([5, 12, 12, 32, 16, 18, 46, 10, 18])
            page.line(list(header), "head")
            for at, lead in enumerate(found, 1):
                cells = [lead.met_by, lead.origin, lead.firm, lead.investment, lead.land, lead.progress, lead.stage]
                page.line([at, *cells, lead.next or None], "wrap")
    return path


def write_payouts(zone: Truth, folder: Path) -> Path:
    """Write the payout list: a firm's cells merged over its lines, totals in capital numerals, refusals apart."""
    path = folder / f"{zone.last // 100}年科技创新政策兑现台账.xlsx"
    firms = {firm.id: firm for firm in zone.firms}
    paid = [payout for payout in zone.payouts if not payout.refused]
    refused = [payout for payout in zone.payouts if payout.refused]
    header = (
        "序号",
        "企业名称",
        "依据条款",
        "申报金额（元）",
        "审核金额（元）",
        "市级（元）",
        "区级（元）",
        "开户行及账号",
        "备注",
    )
    with Workbook(path) as book:
        page = book.page("拟兑现")
        page.title("科技创新政策兑现资金明细表", len(header), "公示稿    单位：元")
        page.widths([5, 34, 14, 14, 14, 12, 12, 36, 18])
        page.line(list(header), "head")
        _payouts(page, paid, firms, lambda payout: [payout.asked, payout.approved, payout.city, payout.district])
        sums = [sum(values) for values in zip(*((p.asked, p.approved, p.city, p.district) for p in paid), strict=True)]
        page.line([None, "合计", None, *sums], "sum")
        page.merge_across(len(header), f"大写合计：人民币{capital_numerals(sums[1])}", "sum")
        page = book.page("不予兑现")
        page.title("不予兑现明细表", 5)
        page.widths([5, 34, 14, 14, 44])
        page.line(["序号", "企业名称", "依据条款", "申报金额（元）", "不予兑现原因"], "head")
        for at, payout in enumerate(refused, 1):
            page.line([at, firms[payout.firm].name, payout.clause, payout.asked, payout.refused])
    return path


def _payouts(
    page: Page, found: Sequence[Payout], firms: dict[int, Firm], amounts: Callable[[Payout], list[int]]
) -> None:
    for at, (firm, group) in enumerate(groupby(found, key=lambda payout: payout.firm), 1):
        first = page.row
        account = ""
        for payout in group:
            account = payout.account
            page.line([None, None, payout.clause, *amounts(payout), None, payout.note or None])
        page.merge_down(first, page.row - 1, 0, str(at))
        page.merge_down(first, page.row - 1, 1, firms[firm].name)
        page.merge_down(first, page.row - 1, 7, account)
