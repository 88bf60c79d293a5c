"""A refusal as machines read it: problem+json (RFC 9457), the sentence in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse

TITLES = {
    400: "请求有误",
    401: "需要登录",
    403: "没有权限",
    404: "没有找到",
    405: "方法不对",
    413: "内容太大",
    415: "格式不支持",
    421: "地址不对",
    422: "内容不合要求",
    429: "请求太多",
    500: "程序出错",
    503: "暂时不能用",
}


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """`detail` says what happened and what to do; Gradio's client shows it as it stands."""
    body = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail}
    return JSONResponse(body, status, dict(headers or {}), media_type="application/problem+json")
