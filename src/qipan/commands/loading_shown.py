"""What `qipan load` shows a person: how the sheets were understood, what is wrong, and what will be written."""

from __future__ import annotations

from typing import Any

from qipan.commands.setting import SEVERITIES, console, language, out, say, severity_word

SHEETS, CHANGES = 40, 10
NOUNS = {
    "unit": ("组织机构", "units"),
    "enterprise": ("企业", "firms"),
    "qualification": ("资质", "titles"),
    "figure": ("数据", "figures"),
}


def show(checked: Any, groups: list[Any]) -> None:
    """Print the sheets, then the problems, and last, nearest to the question, what will be written."""
    _sheets(checked)
    for group in groups:
        _group(group)
    if checked.plan.counts:
        _counts(checked)
        _changes(checked)


def _sheets(checked: Any) -> None:
    from rich.table import Table

    sheets = Table(title=say("识别结果", "What was understood"), title_justify="left")
    for name in (
        say("文件", "File"),
        say("工作表", "Sheet"),
        say("台账", "Ledger"),
        say("把握", "Confidence"),
        say("行", "Rows"),
    ):
        sheets.add_column(name)
    for read in checked.understood.sheets[:SHEETS]:
        ledger = say(read.ledger.names[0], read.ledger.en) if read.ledger else say("未识别", "not recognised")
        rows = str(read.extract.rows) if read.extract else ""
        sheets.add_row(read.book.name, read.sheet.name, ledger, f"{read.recognition.confidence:.0%}", rows)
    if checked.understood.sheets:
        out.print(sheets)
    if (more := len(checked.understood.sheets) - SHEETS) > 0:
        out.print(say(f"…另有 {more} 张工作表", f"… and {more} more sheets"))


def _group(group: Any) -> None:
    """Print one kind of problem; where its members say different things each says its own."""
    first, severity = group.examples[0], str(group.severity)
    counted = f"{severity_word(severity)} {group.count:>9,} ×"
    differ = len({example.message(language()) for example in group.examples}) > 1
    line = counted if differ else f"{counted} {first.message(language())}"
    console.print(line, style=SEVERITIES[severity][2], highlight=False, markup=False)
    for example in group.examples:
        where = example.where.text(language())
        said = f"{example.message(language())}  {where}" if differ else where
        if said.strip():
            console.print(f"            {said}", style="" if differ else "dim", highlight=False, markup=False)
    if (more := group.count - len(group.examples)) > 0:
        console.print(say(f"            …另有 {more:,} 处", f"            … and {more:,} more"), style="dim")
    hints = list(dict.fromkeys(example.hint(language()) for example in group.examples))
    for hint in hints:
        if hint.strip("— "):
            console.print(f"            → {hint}", style="dim", highlight=False, markup=False)


def _counts(checked: Any) -> None:
    from rich.table import Table

    counts = Table(title=say("将写入", "What will be written"), title_justify="left")
    for name in (
        "",
        say("读到", "Read"),
        say("新增", "New"),
        say("变更", "Changed"),
        say("相同", "Same"),
        say("拒绝", "Refused"),
        say("冲突", "Conflicts"),
    ):
        counts.add_column(name, justify="right" if name else "left")
    for noun, c in checked.plan.counts.items():
        numbers = (c.read, c.new, c.changed, c.same, c.refused, c.conflicts)
        counts.add_row(say(*NOUNS.get(noun, (noun, noun))), *(f"{number:,}" for number in numbers))
    out.print(counts)


def _changes(checked: Any) -> None:
    """Print the first changes, old to new, in names and not in codes."""
    called = {
        f"{column.writes}": say(column.names[0], column.en)
        for read in checked.understood.sheets
        if read.ledger is not None
        for column in read.ledger.columns
        if column.writes and column.names
    }
    tail = "" if language() == "zh" else "_en"
    for row in checked.plan.preview_frame().head(CHANGES).iter_rows(named=True):
        field = called.get(f"{row['noun']}.{row['field']}", row["field"])
        label = row[f"label{tail}"] if row["noun"] == "figure" else f"{row['label']} · {field}"
        out.print(f"  {label}: {row[f'old{tail}']} → {row[f'new{tail}']}", highlight=False, markup=False)
