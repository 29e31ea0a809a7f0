"""Data health walked as a person does: by keyboard, in the drawer, on a narrow screen, in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer
    from tests.web.sample import Zone

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(served: Zone, live_server: LiveServer, page: Page) -> Page:
    """The economy desk before six findings."""
    from django.utils import timezone
    from tests.web.sample import PASSWORD

    from qipan.domains.health.models import Finding, Run
    from qipan.platform.definitions import install
    from qipan.platform.rights import machine
    from qipan.registry.models import Enterprise

    assert install(machine("test")).done
    now = timezone.now()
    Run.objects.create(change=10**9, day=timezone.localdate(), definitions="x", ended=now)
    for firm in Enterprise.objects.order_by("pk")[:5]:
        Finding.objects.create(code="code_absent", subject=firm.pk, rank=2, unit=firm.unit_id, opened=now, seen=now)
    Finding.objects.create(
        code="cumulative_falls", subject=served.east.pk, thing="fixed_investment", period=202608, rank=1,
        unit=served.east.pk, value=16_576_000_000, low=35_548_000_000.0, detail='{"was":35548000000,"was_in":202607}',
        opened=now, seen=now,
    )  # fmt: skip
    page.goto(f"{live_server.url}/log-in/?next=/health/")
    page.fill("#id_username", "economy")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".findings")
    return page


def test_a_finding_is_handled_in_the_drawer_by_keyboard(opened: Page):
    opened.locator(".findings .act a").first.focus()
    opened.keyboard.press("Enter")
    opened.wait_for_selector("#why .finding")
    assert "核减、退库" in opened.locator("#why").inner_text()
    opened.locator("#i-reason").focus()
    opened.keyboard.type("审计核减")
    opened.keyboard.press("Enter")
    opened.wait_for_selector(".notice.success")
    assert "1 条已忽略" in opened.locator(".notice.success").inner_text()
    assert opened.locator(".findings .what").count() == 5
    opened.click(".shows a:has-text('已忽略')")
    opened.wait_for_selector("text=审计核减")


def test_several_are_ignored_together_and_nothing_is_done_while_none_is_chosen(opened: Page):
    opened.click(".check h2 a:has-text('企业没有信用代码')")
    opened.wait_for_selector(".check.chosen")
    ignore = opened.locator("#bulk button[value=ignore]")
    assert ignore.is_disabled()
    opened.check("[data-pick-all]")
    assert opened.locator("[data-count]").inner_text() == "5"
    ignore.click()
    assert opened.locator("#bulk-reason").get_attribute("aria-invalid") == "true", "a reason is asked for"
    opened.fill("#bulk-reason", "正在补办")
    ignore.click()
    opened.wait_for_selector(".notice.success")
    assert "5 条已忽略" in opened.locator(".notice.success").inner_text()


def test_the_page_fits_a_phone_and_reads_in_english(opened: Page):
    opened.set_viewport_size({"width": 360, "height": 740})
    for language, said in (("zh-hans", "数据体检"), ("en", "Data health")):
        opened.context.add_cookies([{"name": "qipan_language", "value": language, "url": opened.url}])
        opened.reload()
        assert opened.locator("h1").inner_text() == said
        over = opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0
    assert "Year to date went down" in opened.locator(".findings").inner_text()


def test_the_page_has_no_serious_fault_of_access(opened: Page):
    from pathlib import Path

    axe = Path(__file__).resolve().parents[2] / ".cache" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not fetched")
    opened.evaluate(axe.read_text(encoding="utf-8"))
    found = opened.evaluate("axe.run(document).then((told) => told.violations)")
    grave = [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
    ]
    assert grave == []
