"""The rights there are, by name: what a role may list, an Action ask for and a person read."""

from __future__ import annotations

from qipan.platform.rights import name_rights
from qipan.platform.term import Term

name_rights(
    {
        "board.see": Term("看领导首页与看板", "See the leader's page and boards"),
        "boards.edit": Term("编制看板", "Make boards"),
        "boards.share": Term("分享看板", "Share boards"),
        "boards.publish": Term("把看板设为角色看板", "Make a board a role's"),
        "wall.manage": Term("开通大屏", "Put up wall screens"),
        "boundaries.load": Term("加载边界", "Load boundaries"),
        "figures.see": Term("看数据", "See figures"),
        "survey.see": Term("看单个企业的统计调查资料", "See single firms' survey returns"),
        "contacts.see": Term("看联系方式", "See contacts"),
        "firms.see": Term("看企业", "See firms"),
        "firms.export": Term("导出企业", "Export firms"),
        "firms.judge": Term("判定是否同一企业", "Say which firm is meant"),
        "firms.edit": Term("修改企业", "Change firms"),
        "firms.remove": Term("删除企业", "Remove firms"),
        "units.see": Term("看组织", "See units"),
        "units.edit": Term("修改组织", "Change units"),
        "records.edit": Term("修改业务记录", "Change records of the desks"),
        "files.write": Term("附加文件", "Attach files"),
        "notes.write": Term("写批注", "Write notes"),
        "views.share": Term("分享视图", "Share saved views"),
        "definitions.see": Term("看指标与定义", "See measures and definitions"),
        "batch.see": Term("看批次", "See loads"),
        "batch.load": Term("加载台账", "Load ledgers"),
        "batch.undo": Term("撤销批次", "Undo loads"),
        "returns.see": Term("看报送", "See returns"),
        "returns.lock": Term("锁定报送", "Lock returns"),
        "health.see": Term("看数据体检", "See data health"),
        "health.settle": Term("处理体检问题", "Settle findings of data health"),
        "tokens.own": Term("使用接口令牌", "Use tokens of one's own"),
        "tokens.manage": Term("管理接口令牌", "Manage everybody's tokens"),
        "webhooks.manage": Term("管理推送", "Manage webhooks"),
        "people.see": Term("看人员", "See people"),
        "people.manage": Term("管理账号", "Manage accounts"),
        "grants.see": Term("看授权", "See grants"),
        "grants.give": Term("授予和收回角色", "Grant and withdraw roles"),
        "sessions.end": Term("结束他人会话", "End other people's sessions"),
        "trail.see": Term("看留痕", "See the trail"),
        "trail.whole": Term("看全部留痕", "See the whole trail"),
        "trail.verify": Term("核验留痕", "Verify the trail"),
        "packs.install": Term("安装定义包", "Install definition packs"),
        "settings.change": Term("修改设置", "Change settings"),
        "backup.make": Term("备份", "Make backups"),
    }
)
