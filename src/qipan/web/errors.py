"""Answers to what went wrong, designed as pages and as fragments (htmx swaps error answers in too)."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from qipan.engine.problem import Problem
from qipan.web.api.answers import asks_api, refused


def _answer(request: HttpRequest, status: int, title: str, say: str, do: str) -> HttpResponse:
    if asks_api(request):
        return refused(status)
    fragment = bool(getattr(request, "htmx", False))
    template = "web/parts/error.html" if fragment else "web/error.html"
    return render(request, template, {"status": status, "title": title, "say": say, "do": do}, status=status)


def no_right(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the person has no right to this."""
    del exception
    do = _("如果工作需要，请联系系统管理员为您授权。")
    return _answer(request, 403, _("没有权限"), _("您的账号没有查看或执行此项的权限。"), do)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing here, or nothing the person may see."""
    del exception
    say = _("您要找的内容不存在，或者不在您的权限范围内。")
    return _answer(request, 404, _("没有找到"), say, _("检查地址是否完整，或从上方菜单重新进入。"))


def wrong_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the request could not be read."""
    del exception
    return _answer(request, 400, _("请求无法识别"), _("浏览器发来的请求不完整或已失效。"), _("返回上一页刷新后再试。"))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form is too old to be trusted."""
    del reason
    do = _("返回上一页，刷新后重新提交。")
    return _answer(request, 403, _("页面已过期"), _("出于安全考虑，这个表单已不能提交。"), do)


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    """Say that this was tried too often, and when to try again."""
    say = _("短时间内请求过多。")
    do = _("请在 {seconds} 秒后重试。").format(seconds=seconds)
    answer = _answer(request, 429, _("请稍后再试"), say, do)
    answer["Retry-After"] = str(seconds)
    return answer


def broken(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours; uses no database and no context, which may be what broke."""
    if asks_api(request):
        return refused(500)
    return HttpResponse(render_to_string("500.html"), status=500)


def problems(request: HttpRequest, found: Sequence[Problem], status: int = 409) -> HttpResponse:
    """Show problems that stopped an Action."""
    fragment = bool(getattr(request, "htmx", False))
    template = "web/parts/problems.html" if fragment else "web/problems.html"
    return render(request, template, {"problems": found}, status=status)
