"""The API's OpenAPI description in, a page that explains it out: nothing is loaded from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from page.safety import escape

EXAMPLE = """curl -H 'Authorization: Bearer 令牌' -H 'Content-Type: application/json' \\
  -d '{"question": "哪些单位可以购买社工服务？", "region": "宁夏"}' 地址/api/ask"""
PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    '<link rel="stylesheet" href="/page/page.css"><link rel="stylesheet" href="/page/api.css"></head>'
    '<body class="alone"><main><h1>{title}</h1><p>{about}</p><pre tabindex="0">{example}</pre>'
    '<p>机器可读的说明：<a href="openapi.json">openapi.json</a>。出错时返回 problem+json，detail 是一句中文。'
    "问得太快返回 429，Retry-After 是要等的秒数。</p>{body}</main></body></html>"
)


def as_page(described: Mapping[str, Any]) -> str:
    """Operations with their parameters, then the shapes of what they return."""
    info = described["info"]
    body = "".join(
        (*_operations(described["paths"]), "<h2>数据</h2>", *_shapes(described["components"]["schemas"]))
    )
    return PAGE.format(
        title=escape(info["title"]), about=escape(info["description"]), example=escape(EXAMPLE), body=body
    )


def _operations(paths: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            rows = [
                (p["name"], _type(p["schema"]), p.get("description", ""), p["required"])
                for p in operation.get("parameters", ())
            ]
            sent = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
            takes = f"<p>请求体：{_type(sent['schema'])}</p>" if sent else ""
            yield (
                f"<h2><code>{method.upper()} /api{escape(path)}</code> {escape(operation['summary'])}</h2>"
                f"{takes}{_table(rows)}<p>返回：{_type(answer)}</p>"
            )


def _shapes(schemas: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in schemas.items():
        if name.endswith(("ValidationError",)) or "properties" not in schema:
            continue
        required = schema.get("required", ())
        rows = [
            (key, _type(value), value.get("description", ""), key in required)
            for key, value in schema["properties"].items()
        ]
        yield f'<h3 id="{escape(name)}">{escape(name)}</h3>{_table(rows)}'


def _table(rows: list[tuple[str, str, str, bool]]) -> str:
    if not rows:
        return ""
    lines = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{kind}</td><td>{'必填' if needed else ''}</td>"
        f"<td>{escape(about)}</td></tr>"
        for name, kind, about, needed in rows
    )
    return f"<table><tr><th>名称</th><th>类型</th><th>必填</th><th>说明</th></tr>{lines}</table>"


def _type(schema: Mapping[str, Any]) -> str:
    """A type as HTML, linked to its shape."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " 或 ".join(_type(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"{_type(schema.get('items', {}))} 的列表"
    if "enum" in schema:
        return " ".join(escape(json.dumps(value, ensure_ascii=False)) for value in schema["enum"])
    return escape(schema.get("format") or schema.get("type", ""))
