"""A question in, the facts of a document itself that it asks for out: its day, makers, number, name, readers.

The question is folded (assistant.patterns). One that asks anything else as well is left to the search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

WHEN = (
    r"(?:哪一?[天日年月](?:的?哪?一?个?[天日月]){0,2}|哪一?年的?哪一?个?月|几月(?:几[号日])?|几[号日]"
    r"|(?:什么|啥)(?:时候|时间|日子)|何时|几时)"
)
BODIES = "(?:单位|部门|机关|机构|委?厅局|厅|局|部委?|委|家|方|级|地方)"
WHO = rf"(?:谁家?|哪(?:几|些|[一两二三四五六七八九十\d]+)?个?{BODIES}{{1,2}}|(?:什么|啥){BODIES})"
ISSUED = "(?:发布|印发|下发|制发|签发|颁布|公布|出台|发文|发出|发|出|制定|定)"
SHOWN = f"(?:{ISSUED}|公开|成文|落款|登|刊|挂|贴|放|传|推送|上线|上网)"
PASSED = "(?:表决)?(?:通过|批准|修订|修正|修改)"
TAIL = "(?:出来|出去|上去|(?:到|在|上)?网站?(?:上|上面)?|[的了过台]|出来的)*"
HOW = (
    "(?:正式|一起|一块儿?|一同|共同|合起来|合着|联合|联名"
    "|牵头|盖章|最早|最近|最初|当初|又|就|才|给|来|在|网上)*"
)
WHAT = "(?:什么|啥|多少|几号|哪个|哪些|怎么写)"
SAYS = "(?:上?[是为叫有写标注署名明的]|都|分别|各)*"

# A fact → how it is asked for.
ASKED: dict[str, tuple[str, ...]] = {
    "approved": (
        rf"(?:经过?|报)?(?:上头|上面|上级)?(?:的)?{WHO}(?:点[了过的]*头|同意|批准|批|审定|拍板)[了过的]*"
        rf"(?:之?后)?(?:才|再)?(?:{ISSUED}[的了]?)?",
        rf"(?:{ISSUED}[之以]?前)?(?:有没有|是不是|是否)?(?:过没过|经没经|经过?|得到|报)[^,，]{{0,10}}"
        r"(?:同意|批准|点头|审批|(?:那|这)?一?关)(?:没有?|吗|么)?",
    ),
    "addressed": (
        rf"(?:{ISSUED}|写|寄|主送)?给(?:了)?(?:谁|(?:哪|什么|啥)(?:几|些)?个?(?:{BODIES}|人|下级)?)(?:看|办)?[的了]*",
        rf"(?:主送|抄送|收文){BODIES}?{SAYS}(?:谁|哪(?:几|些)?个?{BODIES}?|什么|啥)?",
        r"(?:发文|印发)对象" + SAYS + "(?:谁|哪些|什么|啥)?",
    ),
    "number": (
        rf"(?:发文)?(?:文号|字号){SAYS}{WHAT}?(?:来着)?",
        rf"(?:什么|啥|哪个)(?:文号|字号)|(?:文件|令)(?:编号|号){SAYS}{WHAT}",
        "(?:国务院|[一-龥]{2,6}(?:部|政府|委员会))?第?(?:几|多少)号(?:令|文|文件|公告)(?:公布|发布)?的?",
    ),
    "expires": (
        rf"(?:管|用|有效)到{WHEN}(?:为止)?|有效期{SAYS}(?:到)?(?:{WHEN}|几年|多久|多长)|{WHEN}(?:到期|失效|作废)",
    ),
    "effective": (
        rf"[从自打]?{WHEN}(?:起|开始)?(?:正式)?(?:施行|生效|实施|执行|起效)[的了]*",
        rf"(?:施行|生效|实施)(?:的)?(?:日期|时间|日){SAYS}(?:{WHEN}|{WHAT})?|(?:施行|生效|实施)于{WHEN}",
    ),
    "replaces": (
        r"(?:取代|替代|代替|替换|顶替|废止|废掉)[了掉的]*(?:之前|以前|原来|原先|从前)?的?(?:哪|什么|啥)"
        r"(?:一|几|些)?[个份部件]?(?:老|旧)?(?:文件|办法|规定|条例|意见|通知|解释)?",
    ),
    "published": (
        rf"[于在是]?{WHEN}{HOW}{SHOWN}{TAIL}",
        rf"{SHOWN}{TAIL}的?[是在]{WHEN}",
        rf"{SHOWN}的?(?:日期|时间|日子){SAYS}(?:{WHEN}|{WHAT})?|{SHOWN}[于在]{WHEN}",
        rf"(?:日期|时间){SAYS}(?:{WHEN}|{WHAT})",
    ),
    "adopted": (
        rf"[于在是]?{WHEN}{HOW}{PASSED}[的了过]*|(?:最近|最后|最新)一?次?{PASSED}(?:是|在)*{WHEN}",
        rf"(?:是|由)?(?:{WHO}|哪[一级]?级?人大|哪(?:一|次)+会议?){HOW}{PASSED}[的了过]*",
    ),
    "makers": (
        rf"[由是]?{WHO}{HOW}(?:{ISSUED}|拟|起草){TAIL}",
        rf"(?:好几|多|几)个{BODIES}{HOW}(?:联名|{ISSUED}){TAIL}",
        rf"(?:发文|印发|发布|制定|联合)(?:的)?{BODIES}{SAYS}(?:谁|哪(?:几|些)?个?{BODIES}?|什么|啥)?",
        rf"(?:落款|署名|盖章|印章){SAYS}{WHO}(?:的(?:章|名|名字))?",
        rf"(?:联合)?(?:发文|印发|发布)的{SAYS}{WHO}|[由是]?{WHO}(?:写|编)的|作者{SAYS}{WHO}?|谁的(?:落款|章)",
    ),
    "source": (
        rf"(?:消息)?来源{SAYS}(?:{WHO}|什么|啥|哪里|哪儿|哪)?(?:网|报)?|{WHO}的来源|谁家的来源|出处{SAYS}(?:{WHAT}|哪里|哪儿|哪)",
        r"(?:登|刊|发|发表|刊登|登载)在?(?:什么|啥|哪|哪个|哪家|哪份)(?:报纸?|刊物|网站?|杂志|媒体|地方)上?(?:的)?",
        rf"从(?:{WHO}|什么地方|哪里|哪儿|哪)(?:得来|转来|转载|获悉|得知|听来|来)的?",
    ),
    "name": (
        rf"(?:全称|全名|名称|名字|大名|标题|题目|文件名[称字]?){SAYS}(?:什么|啥|怎么说|哪个)?(?:来着)?",
        r"叫(?:做|个)?(?:什么|啥)(?:名字?|题目)?",
        r"(?:叫|是|出自|出在|来自|源自)?(?:个)?(?:什么|啥|哪一?[个份部])(?:文件|红头文件)(?:里|中)?(?:提|写|讲|说|出|来)?的?",
        r"(?:出自|出在|来自|源自)(?:哪里|哪儿|哪|何处|什么地方)",
    ),
}
# 是几月几号 alone asks for the day of what it follows, 各是哪些 for all that was asked before.
BARE_WHEN = re.compile(rf"(?:[是在]?{WHEN}[的呢啊呀]*)")
AGAIN = re.compile(r"(?:各|都|分别|具体)*[是有]?(?:哪(?:些|几[个家])|谁|什么|啥)[呢啊呀]*")
QUESTION = re.compile(r"[谁哪几啥吗么呢怎]|什么|多少|是否|如何|何|有没有|是不是|能不能|(.)[不没]\1|没有?$")
CLAUSE = re.compile(r"[^,，。;；?？!！、:：\s]+")
FILLER = re.compile(
    r"出自|出在|来自|源自|差在哪里?|有(?:什么|啥)(?:不同|不一样|区别|差别)|一样不一样|各自|分别|两[个份]|到底|究竟|当初|当时|网页|网上|上面|上头|下面|最早|一共|最后|当年|之前|请问|想问|问一?下|麻烦"
    r"|以及|还有|另外|正式|原文|本身|自己|具体|现在|[的是由了都又才就有它这那该也并和与跟及要份个条篇项部呢啊呀吧哦里在被给从“”\"「」]"
)
WEIGHED = re.compile("按|根据|依照|依据|里|中的|对|规定")  # what a document says of something else
PAGES = "消息|报道|文章|稿子|稿件|新闻|网页|页面|帖子|材料|通讯"
PAPERS = "文件|公文|红头文件|政策"
MEASURED = {"那份": "文件", "这份": "文件", "那篇": "报道", "这篇": "报道"}  # 广东那份呢,谁发的
KINDS = (
    "意见|通知|办法|方案|条例|细则|规定|公告|通告|决定|决议|解释|规划|纲要|指引|指南|规则|规程|标准|章程"
    "|法典|(?<![办方想做看说用])法(?![子律规])"
)


@dataclass(frozen=True)
class DocumentAsk:
    """Facts asked for, each in the words that ask for it; `noun` is what the document is called there (意见,
    消息, a name), "" where it is not; `about` is what is said to tell which document is meant."""

    facts: tuple[tuple[str, str], ...]
    noun: str
    about: str


def document_ask(text: str, names: tuple[str, ...] = ()) -> DocumentAsk | None:
    """Read a question; `names` are what else a document may be called in it.

    Example: "广东这份意见哪天发的,发给谁" -> published, addressed; 意见; 广东这份
    """
    noun_of = re.compile("|".join((*map(re.escape, names), PAGES, PAPERS, KINDS, *MEASURED)))
    facts: list[tuple[str, str]] = []
    noun, about = "", []
    for clause in CLAUSE.findall(text):
        asked, rest = _take(clause)
        nouns = list(noun_of.finditer(rest))
        if nouns:
            about.append(noun_of.sub("", rest[: nouns[-1].start()]).replace("\0", ""))
            if WEIGHED.search(about[-1]) and asked:
                return None
            called = nouns[-1].group()
            noun, rest = noun or MEASURED.get(called, called), rest[nouns[-1].end() :]
        left = FILLER.sub("", rest.replace("\0", ""))
        if not asked and BARE_WHEN.fullmatch(rest) and (nouns or facts):
            asked, left = [("published", rest)], ""
        if facts and not asked and AGAIN.fullmatch(rest):
            continue
        if asked and len(left) > 1 or not asked and QUESTION.search(left):
            return None
        if not asked:
            about.append(rest)
        facts += asked
    return DocumentAsk(tuple(dict.fromkeys(facts)), noun, " ".join(about)) if facts else None


def _take(clause: str) -> tuple[list[tuple[str, str]], str]:
    """The facts that a clause asks for, in order, and the clause with NULs in their place."""
    found: list[tuple[int, str, str]] = []
    for fact, patterns in ASKED.items():
        for pattern in patterns:
            while (m := re.search(pattern, clause)) and QUESTION.search(m.group() + _after(clause, m)):
                found.append((m.start(), fact, m.group()))
                clause = clause[: m.start()] + "\0" * len(m.group()) + clause[m.end() :]
    return [(fact, words) for _, fact, words in sorted(found)], clause


def _after(clause: str, match: re.Match[str]) -> str:
    return "" if QUESTION.search(match.group()) else clause[match.end() :]
