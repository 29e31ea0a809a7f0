"""The syllables of Mandarin as they are typed, each with one letter of its own: sounds are searched like names.

The letters lie in a private area of Unicode in the order of the alphabet, so that all syllables that begin alike are
one stretch of letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SPELLED: Final = """
a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen ceng
cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu
cuan cui cun cuo da dai dan dang dao de deng di dian diao die ding diu dong dou du duan dui dun duo e en er fa
fan fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo
ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin
jing jiong jiu ju juan jue jun ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo la
lai lan lang lao le lei len leng li lia lian liang liao lie lin ling liu long lou lu luan lun luo lv lve ma mai
man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nian
niang niao nie nin ning niu nong nou nu nuan nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian piao pie
pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri
rong rou ru ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shen sheng shi shou
shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te teng ti tian
tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin
xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yong you yu yuan yue yun za zai zan zang zao ze
zei zen zeng zha zhai zhan zhang zhao zhe zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo
zi zong zou zu zuan zui zun zuo
"""
SYLLABLES: Final = tuple(_SPELLED.split())
_FIRST: Final = 0xE000
LETTERS: Final[Mapping[str, str]] = {syllable: chr(_FIRST + at) for at, syllable in enumerate(SYLLABLES)}


def syllable(letter: str) -> str | None:
    """Return the syllable a letter stands for; None for any other character."""
    at = ord(letter) - _FIRST
    return SYLLABLES[at] if 0 <= at < len(SYLLABLES) else None


def beginning(start: str) -> tuple[str, str] | None:
    """Return the first and the last letter of the syllables that begin with `start`; None where none does."""
    found = [letter for one, letter in LETTERS.items() if one.startswith(start)]
    return (found[0], found[-1]) if found else None
