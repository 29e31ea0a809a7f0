"""Names from the installed definitions, as pages use them, and the words for themes of measures."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qipan.registry.labels import (
    column,
    industries,
    industry,
    ledger,
    qualification,
    qualifications,
    unit,
    unit_of_measure,
)

__all__ = [
    "column",
    "industries",
    "industry",
    "ledger",
    "qualification",
    "qualifications",
    "theme",
    "unit",
    "unit_of_measure",
]

THEMES = {
    "企业": gettext_lazy("企业"),
    "创新": gettext_lazy("创新"),
    "土地": gettext_lazy("土地"),
    "就业": gettext_lazy("就业"),
    "工业": gettext_lazy("工业"),
    "开放": gettext_lazy("开放"),
    "投资": gettext_lazy("投资"),
    "招商": gettext_lazy("招商"),
    "效率": gettext_lazy("效率"),
    "服务业": gettext_lazy("服务业"),
    "消费": gettext_lazy("消费"),
    "综合": gettext_lazy("综合"),
    "财税": gettext_lazy("财税"),
    "资源环境": gettext_lazy("资源环境"),
    "金融": gettext_lazy("金融"),
    "项目": gettext_lazy("项目"),
}


def theme(name: str) -> str:
    """Return the name of a theme of measures."""
    return str(THEMES.get(name, name)) or _("其他")
