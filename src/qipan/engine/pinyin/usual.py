"""Readings that firms' names and places want, where a dictionary begins with another one (多音字).

From practice, to be added to: a wrong reading finds a name under a sound nobody types.
"""

from __future__ import annotations

from typing import Final

# One character, the reading it has in most names.
CHARACTERS: Final = {
    "长": "chang", "都": "du", "佛": "fo", "晟": "sheng", "蚌": "bang", "朝": "chao", "曾": "zeng", "单": "dan",
    "翟": "zhai", "朴": "pu", "调": "tiao", "了": "liao", "还": "huan", "什": "shi", "薄": "bo", "牟": "mu",
    "泊": "bo", "卜": "bu", "奇": "qi", "盛": "sheng", "藏": "cang", "拾": "shi", "覃": "qin", "乾": "qian",
    "弄": "nong", "仔": "zai", "屏": "ping", "数": "shu", "校": "xiao", "率": "lv", "没": "mei", "绿": "lv",
}  # fmt: skip
# Two neighbouring characters that are read otherwise together.
PAIRS: Final = {
    "重庆": "chong qing", "厦门": "xia men", "六安": "lu an", "六合": "lu he", "番禺": "pan yu", "蚌埠": "beng bu",
    "东阿": "dong e", "莘庄": "xin zhuang", "单县": "shan xian", "乐清": "yue qing", "乐亭": "lao ting",
    "乐陵": "lao ling", "音乐": "yin yue", "浚县": "xun xian", "涡阳": "guo yang", "铅山": "yan shan",
    "繁峙": "fan shi", "洪洞": "hong tong", "尉犁": "yu li", "蔚县": "yu xian", "临朐": "lin qu", "大埔": "da bu",
    "西藏": "xi zang", "台州": "tai zhou", "银行": "yin hang", "商行": "shang hang", "车行": "che hang",
    "行业": "hang ye", "支行": "zhi hang", "分行": "fen hang", "总行": "zong hang", "农行": "nong hang",
    "会计": "kuai ji", "会稽": "kuai ji", "重组": "chong zu", "双重": "shuang chong", "海参": "hai shen",
    "人参": "ren shen", "党参": "dang shen", "参茸": "shen rong", "成长": "cheng zhang", "生长": "sheng zhang",
    "校长": "xiao zhang", "调查": "diao cha", "调度": "diao du", "首都": "shou du", "解州": "xie zhou",
    "的卢": "di lu", "目的": "mu di", "单于": "chan yu", "便宜": "pian yi", "吐蕃": "tu bo", "龟兹": "qiu ci",
    "阿胶": "e jiao", "钥匙": "yao shi", "宿州": "su zhou", "星宿": "xing xiu", "曾经": "ceng jing",
}  # fmt: skip
