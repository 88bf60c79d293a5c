"""Stand-ins that are quick and always say the same: an embedding model, and policies to store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from evals.prove.stand_in import StandIn as FakeEmbedder
from ingest.card import Policy, policy_id
from ingest.chunking import Chunk, chunk
from ingest.cleaning import CleanText, Repair
from ingest.embeddings import Encoding
from ingest.library import Library, Source
from ingest.structure import Provision, parse


@dataclass(frozen=True)
class Parsed:
    """All that Library.replace() takes."""

    policy: Policy
    clean: CleanText
    provisions: list[Provision]
    chunks: list[Chunk]

    def titled(self, title: str) -> Parsed:
        return replace(self, policy=replace(self.policy, title=title))

    def encodings(self, embedder: FakeEmbedder) -> dict[str, Encoding]:
        pairs = [("", one.embedding_text) for one in self.chunks]
        return dict(zip([c.id for c in self.chunks], embedder.encode_passages(pairs), strict=True))

    def store(self, library: Library, embedder: FakeEmbedder, source: Source | None = None) -> None:
        library.use_model(embedder.model_id)
        encodings = self.encodings(embedder)
        library.replace(self.policy, self.clean, self.provisions, self.chunks, encodings, source)


def statute(title: str, articles: Sequence[str], region: str | None = None) -> Parsed:
    """A policy of numbered articles."""
    numerals = "一二三四五六七八九"
    body = [f"第{numerals[n]}条　{article}" for n, article in enumerate(articles)]
    text = "\n\n".join([title, *body])
    identity = policy_id(text.encode())
    policy = Policy(
        id=identity, title=title, issuers=("民政部", "财政部"), document_number=None, rank="规范性文件",
        region=region, published=date(2020, 1, 2), effective=None, expires=None, supersedes=(), source=None,
        source_title=None, digest=False, file_name=f"{title}.txt", family=title,
    )  # fmt: skip
    provisions = parse(text)
    repairs = (Repair("不可见字符", "\u200b", ""),)
    return Parsed(policy, CleanText(text, repairs), provisions, chunk(identity, title, text, provisions))


PURCHASE = statute(
    "政府购买服务管理办法",
    [
        "各级国家机关是政府购买服务的购买主体，依照本办法购买服务，并对履约情况负责，接受监督检查。",
        "依法成立的企业、社会组织，以及公益二类事业单位可以作为承接主体，应当具备提供服务所必需的设施和人员。",
        "政府购买服务合同履行期限一般不超过一年；经费可以预见的，可以签订期限不超过三年的合同。",
    ],
)
RELIEF = statute(
    "宁夏社会救助办法",
    [
        "县级人民政府民政部门负责最低生活保障的审核确认工作，并将结果在村（居）公示七日，接受群众监督。",
        "申请最低生活保障的家庭，应当如实申报家庭收入和财产状况，并授权民政部门查询核对有关信息。",
    ],
    region="640000",
)
