"""The `qipan` command. Each command's code is imported when it runs, so that `--help` answers at once."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="qipan",
    help="Qipan 棋盘: one board for the whole zone. 全区一盘棋。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output 输出一个 JSON 对象")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask 不再询问")]
Data = Annotated[Path | None, typer.Option("--data", envvar="QIPAN_HOME", help="Data folder 数据目录 (./var)")]
Language = Annotated[str, typer.Option("--language", "-l", envvar="QIPAN_LANGUAGE", help="zh | en")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the trail 原因，写入留痕")]


@app.callback()
def options(data: Data = None, language: Language = "zh") -> None:
    """Qipan 棋盘: one board for the whole zone. 全区一盘棋。"""
    from qipan.commands.setting import choose

    choose(data, language)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address 监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port 端口")] = 8000,
    workers: Annotated[int, typer.Option(help="Web processes 网页进程数")] = 2,
    demo_if_empty: Annotated[
        bool, typer.Option("--demo-if-empty", help="Fill an empty folder 空库时生成演示区")
    ] = False,
) -> None:
    """Start the web server and the worker 启动网页服务与后台任务。"""
    from qipan.commands.serving import serve as run

    raise typer.Exit(run(host, port, workers, demo_if_empty=demo_if_empty))


@app.command()
def demo(
    seed: Annotated[int, typer.Option(help="Same seed, same zone 相同种子生成相同数据")] = 20261120,
    files: Annotated[Path | None, typer.Option(help="Only write the ledger files here 只在此写出台账文件")] = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Generate the demonstration zone and load it 生成演示区并加载。"""
    from qipan.commands.demonstration import demo as run

    raise typer.Exit(run(seed, files, yes=yes, json=json))


@app.command()
def load(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders 文件或文件夹")],
    unit: Annotated[str | None, typer.Option(help="For which unit 为哪个单位加载 (name or code)")] = None,
    ledger: Annotated[str | None, typer.Option(help="Which ledger it is 指定台账")] = None,
    period: Annotated[str | None, typer.Option(help="Which period, e.g. 2026-10 指定报告期")] = None,
    annotate: Annotated[Path | None, typer.Option(help="Write annotated copies here 在此写出批注副本")] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Check and show only; exit code 4: errors were found 只检查；发现错误时退出码为 4"
        ),
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Load ledgers as they are 按原样加载台账。"""
    from qipan.commands.loading import load as run

    raise typer.Exit(
        run(paths, unit=unit, ledger=ledger, period=period, annotate=annotate, dry_run=dry_run, yes=yes, json=json)
    )


@app.command()
def boundaries(
    path: Annotated[Path, typer.Argument(help="GeoJSON file 边界文件")],
    datum: Annotated[str, typer.Option(help="wgs84 | cgcs2000 | gcj02 | bd09 坐标系")] = "cgcs2000",
    json: Json = False,
) -> None:
    """Load the boundaries of parks for the map 加载园区边界。"""
    from qipan.commands.boundaries import boundaries as run

    raise typer.Exit(run(path, datum=datum, json=json))


@app.command()
def undo(
    batch: Annotated[int, typer.Argument(help="Number of the batch 批次编号")],
    reason: Reason = "",
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Undo a load as a whole 整批撤销。"""
    from qipan.commands.loading import undo as run

    raise typer.Exit(run(batch, reason=reason, yes=yes, json=json))


@app.command()
def lock(
    period: Annotated[str, typer.Argument(help="Period, e.g. 2026-10 报告期")],
    unit: Annotated[list[str] | None, typer.Option(help="Only these units 只锁定这些单位")] = None,
    ledger: Annotated[list[str] | None, typer.Option(help="Only these ledgers 只锁定这些台账")] = None,
    reason: Reason = "",
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Lock the returns of a period 锁定报告期。"""
    from qipan.commands.loading import lock as run

    raise typer.Exit(run(period, unit or [], ledger or [], reason=reason, yes=yes, json=json))


@app.command()
def check(
    packs: Annotated[list[Path] | None, typer.Argument(help="Pack folders; none: all in force 定义包目录")] = None,
    json: Json = False,
) -> None:
    """Check definition packs and run their cases 检查定义包并运行用例。"""
    from qipan.commands.checking import check as run

    raise typer.Exit(run(packs or [], json=json))


@app.command()
def health(json: Json = False) -> None:
    """Check records and figures; exit code 4: errors are open 数据体检；有错误未处理时退出码为 4。"""
    from qipan.commands.health import health as run

    raise typer.Exit(run(json=json))


@app.command()
def export(
    what: Annotated[str, typer.Argument(help="enterprises | facts | units | measures | problems")],
    out: Annotated[Path, typer.Argument(help="XLSX, CSV or Parquet file 输出文件")],
    period: Annotated[str | None, typer.Option(help="Only this period 只导出此期")] = None,
    batch: Annotated[int | None, typer.Option(help="Whose problems 哪个批次的问题")] = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Write records to a file 导出。"""
    from qipan.commands.exporting import export as run

    raise typer.Exit(run(what, out, period=period, batch=batch, yes=yes, json=json))


@app.command()
def user(
    name: Annotated[str, typer.Argument(help="Log-in name 登录名")],
    role: Annotated[str | None, typer.Option(help="Role of the packs 角色, e.g. leader, economy, park")] = None,
    unit: Annotated[str | None, typer.Option(help="At which unit 在哪个单位")] = None,
    firm: Annotated[str | None, typer.Option(help="At which firm 在哪家企业 (credit code 信用代码)")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Until before 到此日为止")] = None,
    password: Annotated[bool, typer.Option("--password", help="New password 重设密码")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Close the account 停用")] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Add or change a person 添加或修改用户。"""
    from qipan.commands.people import user as run

    ends = until.date() if until is not None else None
    raise typer.Exit(
        run(name, role=role, unit=unit, firm=firm, until=ends, password=password, remove=remove, yes=yes, json=json)
    )


@app.command()
def audit(
    what: Annotated[str, typer.Argument(help="verify | export")] = "verify",
    out: Annotated[Path | None, typer.Argument(help="File for the copy 导出文件 (.jsonl)")] = None,
    head: Annotated[str, typer.Option(help="A seal noted down earlier 先前记下的封印")] = "",
    json: Json = False,
) -> None:
    """Verify the trail's seals, or copy it with them 核验或导出留痕。"""
    from qipan.commands.auditing import audit as run

    raise typer.Exit(run(what, out, head=head, json=json))


@app.command()
def backup(out: Annotated[Path, typer.Argument(help="Backup file 备份文件 (.tar)")], json: Json = False) -> None:
    """Back up everything while in use 在线备份。"""
    from qipan.commands.safekeeping import backup as run

    raise typer.Exit(run(out, json=json))


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="Backup file 备份文件")], yes: Yes = False, json: Json = False
) -> None:
    """Restore a backup into the data folder 恢复备份。"""
    from qipan.commands.safekeeping import restore as run

    raise typer.Exit(run(source, yes=yes, json=json))


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; what the machine refuses is said in words, whatever the command was doing."""
    try:
        return app(arguments)
    except Exception as error:
        from qipan.commands.setting import fell

        given = sys.argv[1:] if arguments is None else arguments
        code = fell(error, json="--json" in given)
        if code is None:
            raise
        sys.exit(code)


if __name__ == "__main__":
    main()
