"""A clerk who has never seen it takes a messy workbook from dropping it to the result and back, with a real worker."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

import loads
from pages import watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from installations import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "my own words 77"
PATIENCE = 60_000  # milliseconds a page waits for the worker: the machine may be busy
FIRMS = tuple(f"云州{brand}精密机械有限公司" for brand in ("东方", "宏远", "金石", "海川", "鼎新", "瑞丰"))


def messy(path: Path) -> Path:
    """Write a workbook as an office sends it: titles, merged headings, a subtotal, and six things that are wrong."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "企业情况"
    page.append(["云州高新区重点企业生产经营情况表（2026年1-10月）"])
    page.append(["单位：万元", None, None, None, None, None, None, None, "填表日期：2026年11月5日"])
    page.append(["序号", "企业名称", "信用代码/机构代码", "所在园区", "基本情况", "1-10月", None, "安全员", "备注"])
    page.append([None, None, None, None, "成立日期", "产值", "±%", None, None])
    for merged in ("A1:I1", *(f"{letter}3:{letter}4" for letter in "ABCDHI"), "F3:G3"):
        page.merge_cells(merged)
    for number, name in enumerate(FIRMS[:3], start=1):
        page.append([number, name, loads.code_of(number), "东园", "2015-03-01", 12_000 + number, "6.2%", "王某", None])
    page.append([None, "小计", None, None, None, 36_006, None, None, None])
    page.append([4, FIRMS[3], 9.1370800e17, "东园", "2015-03-01", 9_800, 5.1, "李某", "代码成了科学计数"])
    page.append([5, FIRMS[4], loads.code_of(5), "东元区", "2015-03-01", 7_600, 3.3, "赵某", None])
    page.append([6, FIRMS[5], loads.code_of(6), "东元区", "待定", 88_000_000, 2.8, None, None])
    page.append([7, "云州东方精密机械制造有限公司", None, "西园", "2018-05-06", 500, None, None, "名称写法不一"])
    page.append([8, "云州新设装备有限公司", None, "西园", date(2025, 6, 1), 300, None, "孙某", None])
    page.append(["注：本表为快报数。"])
    figures = book.create_sheet("园区指标")
    for row in (
        ("园区主要指标月报",),
        ("园区", "指标", "时期", "数值", "计量单位"),
        ("东园", "规上工业总产值", "2026年10月", 98.5, "亿元"),
        ("西园", "规上工业总产值", "2026年10月", "不详", "亿元"),
    ):
        figures.append(row)
    book.create_sheet("Sheet3").append(["草稿，请忽略"])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def ground(module_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served installation with units, firms and a clerk; yields its address."""
    folder = tmp_path_factory.mktemp("ledgers")
    earlier = ("报告期", "企业名称", "统一社会信用代码", "工业总产值(千元)")
    months = [("2026年9月", FIRMS[5], loads.code_of(6), 79_000), ("2026年8月", FIRMS[5], loads.code_of(6), 71_000)]
    given = (
        loads.units_book(folder),
        loads.firms_book(folder, *(loads.firm(number, name) for number, name in enumerate(FIRMS, start=1))),
        loads.workbook(folder / "企业月报.xlsx", {"企业月报": (earlier, *months)}),
    )
    for path in given:
        done = module_installation.run("load", str(path), "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
    for name, role in (("clerk", "economy"), ("other", "economy"), ("boss", "leader")):
        said = module_installation.run("user", name, "--role", role, "--unit", "云州高新区", "--json")
        (folder / name).write_text(json.loads(said.stdout)["password"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = module_installation.start("serve", "--port", str(port), "--workers", "1")
    assert server.stdout is not None
    for line in server.stdout:
        if str(port) in line:
            break
    os.environ["QIPAN_WALK"] = str(folder)
    yield f"http://127.0.0.1:{port}"
    server.send_signal(signal.SIGTERM)
    server.wait(30)
    server.stdout.close()


def enter(page: Page, ground: str, name: str = "clerk") -> None:
    """Log in as somebody does the first time, choosing a password; later with that."""
    first = Path(os.environ["QIPAN_WALK"]) / name
    page.goto(f"{ground}/log-in/?next=/load/")
    page.fill("#id_username", name)
    page.fill("#id_password", first.read_text())
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/log-in/" not in url, timeout=PATIENCE)
    if "/password/" in page.url:
        page.fill("#id_new_password1", PASSWORD)
        page.fill("#id_new_password2", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/password/" not in url, timeout=PATIENCE)
        first.write_text(PASSWORD)
    page.goto(f"{ground}/load/")


def settled(page: Page) -> None:
    """Wait until what was decided has been read again."""
    page.wait_for_selector("#progress", state="detached", timeout=PATIENCE)
    page.wait_for_selector(".step-body", timeout=PATIENCE)


def dropped(page: Page, path: Path) -> None:
    """Choose a file and wait for the first step."""
    page.set_input_files("#pick-files", path)
    page.wait_for_selector(".sheet-card", timeout=PATIENCE)
    settled(page)


def kind(page: Page, words: str):
    """Return the problems of one kind."""
    return page.locator(".kind", has_text=words).first


def _mend(page: Page) -> None:
    """Mend what the file has wrong: a park's name, a damaged code, a slip of the unit, a figure that is none."""
    park = kind(page, "不认识单位“东元区”")
    park.get_by_label("把“东元区”改为").fill("东园")
    park.get_by_label("以后都这样处理").check()
    park.get_by_role("button", name="整列都这样改").click()
    page.wait_for_selector("text=您做过的修改", timeout=PATIENCE)
    settled(page)
    assert kind(page, "不认识单位").count() == 0
    code = kind(page, "末尾几位已经丢失")
    code.locator("input[name=now]").fill(loads.code_of(4))
    code.get_by_role("button", name="改这一格").click()
    page.wait_for_selector(f"strong:text('{loads.code_of(4)}')", timeout=PATIENCE)
    settled(page)
    slip = kind(page, "疑单位有误")
    assert "10,000" in slip.inner_text()
    slip.locator("input[name=now]").fill("8800")
    slip.get_by_role("button", name="改这一格").click()
    page.wait_for_selector("strong:text('8800')", timeout=PATIENCE)
    settled(page)
    kind(page, "“不详”不是数字").get_by_role("button", name="跳过这一行").click()
    page.wait_for_selector(".row:has-text('跳过')", timeout=PATIENCE)
    settled(page)


def test_a_clerk_walks_from_the_file_to_the_result_and_back(ground: str, page: Page, tmp_path: Path):
    enter(page, ground)
    dropped(page, messy(tmp_path / "企业情况.xlsx"))
    page.locator(".sheet-card", has_text="Sheet3").get_by_role("button", name="不读这张表").click()
    page.wait_for_selector("text=不读的工作表", timeout=PATIENCE)
    settled(page)
    page.reload()
    assert page.locator("text=不读的工作表").count() == 1, "what was decided outlives the page"
    page.get_by_role("link", name="下一步：各列").click()
    page.locator("[data-column='7'] select").select_option(label="作为附加信息保留")
    page.get_by_role("button", name="保存并重读这张表").click()
    page.wait_for_selector("tr.asks", state="detached", timeout=PATIENCE)
    settled(page)
    page.get_by_role("link", name="下一步：问题").click()
    _mend(page)
    page.get_by_role("link", name="下一步：企业判定").click()
    asked = page.locator(".judging")
    assert "云州东方精密机械制造有限公司" in asked.inner_text()
    assert asked.locator("mark").count() >= 1, "what differs is marked"
    asked.get_by_role("button", name="同一家企业").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=已判定，写入时生效", timeout=PATIENCE)
    settled(page)
    page.get_by_role("link", name="下一步：核对并写入").click()
    text = page.locator(".preview").inner_text()
    assert "云州新设装备有限公司" in text
    assert "东园规上工业总产值（2026年1—10月）" in text
    page.get_by_role("button", name=re.compile("写入：新增")).click()
    page.wait_for_selector(".outcome", timeout=PATIENCE)
    assert "已写入" in page.locator(".outcome").inner_text()
    page.get_by_role("link", name="撤销这一批").click()
    page.get_by_role("button", name="撤销这一批").click()
    page.wait_for_selector("text=已撤销", timeout=PATIENCE)
    page.goto(f"{ground}/load/remembered/")
    assert "东元区" not in page.inner_text("main"), "an undo takes back what the load taught"


def test_a_shorter_walk_in_english_on_a_phone_fits_the_screen(ground: str, page: Page, tmp_path: Path):
    page.set_viewport_size({"width": 360, "height": 740})
    page.context.add_cookies([{"name": "qipan_language", "value": "en", "url": ground}])
    enter(page, ground, "other")
    dropped(page, messy(tmp_path / "firms.xlsx"))

    def fits() -> None:
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{page.url} is {over} px too wide"

    fits()
    for step in ("Columns", "Problems", "Firms", "Check and write"):
        page.get_by_role("link", name=f"Next: {step}").click()
        page.wait_for_selector(f".way [aria-current=step]:has-text('{step}')")
        fits()
    page.get_by_role("button", name=re.compile("^Write: ")).click()
    page.wait_for_selector(".outcome:has-text('Written')", timeout=PATIENCE)
    fits()
    for path in ("/load/", "/load/templates/", "/load/remembered/"):
        page.goto(ground + path)
        fits()


def test_a_killed_worker_loses_nothing_and_two_people_load_at_once(
    ground: str, page: Page, browser: Browser, module_installation: Installation, tmp_path: Path
):
    rows = [loads.firm(number, f"云州第{number:05d}号精密制造有限公司") for number in range(1000, 9000)]
    large = loads.firms_book(tmp_path, *rows, name="大表.xlsx")
    enter(page, ground)
    page.set_input_files("#pick-files", large)
    page.wait_for_selector("#progress", timeout=PATIENCE)
    _kill_worker(module_installation)
    other = browser.new_context(locale="zh-CN")
    beside, complaints = watched(other)
    beside.set_default_timeout(PATIENCE)
    enter(beside, ground, "other")
    dropped(beside, loads.firms_book(tmp_path, loads.firm(77, "云州同时有限公司"), name="小表.xlsx"))
    page.wait_for_selector(".sheet-card", timeout=PATIENCE)
    settled(page)
    for one in (beside, page):
        one.get_by_role("link", name="核对并写入").first.click()
        one.get_by_role("button", name=re.compile("写入：新增")).click()
    _kill_worker(module_installation)
    for one in (beside, page):
        one.wait_for_selector(".outcome", timeout=PATIENCE)
        assert "已写入" in one.locator(".outcome").inner_text()
    assert "8,000" in page.locator(".outcome").inner_text()
    other.close()
    assert not complaints, complaints


def _kill_worker(installation: Installation) -> None:
    """Kill the worker of this installation as a power cut would."""
    home = str(installation.home)
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            environment = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if b"qipan.commands.worker" in words and f"QIPAN_HOME={home}" in environment:
            os.kill(int(folder.name), signal.SIGKILL)


def test_a_photo_an_empty_file_and_somebody_without_the_right_are_told_so(
    ground: str, context: BrowserContext, tmp_path: Path
):
    page = context.new_page()  # a browser notes refused requests on its console
    enter(page, ground)
    photo, empty = tmp_path / "台账.xlsx", tmp_path / "空.xlsx"
    photo.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(500))
    empty.touch()
    with page.expect_response(re.compile("/files/")):
        page.set_input_files("#pick-files", [photo, empty])
    page.wait_for_selector(".sending .bad >> nth=1", timeout=PATIENCE)
    said = page.locator(".sending").inner_text()
    assert "JPEG" in said
    assert "空" in said
    assert page.locator("#rest").is_hidden()
    page.context.clear_cookies()
    enter(page, ground, "boss")
    assert "没有权限" in page.inner_text("main")
