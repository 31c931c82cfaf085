"""Says what the front door itself refuses: RFC 9457 problems in Chinese or English, as the API says its own."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

TEXTS: dict[str, tuple[int, str, str]] = {
    "payload-too-large": (
        413,
        "请求内容过大:网关上限 10 MB",
        "the request is larger than the gateway's 10 MB",
    ),
    "function-payload-too-large": (
        413,
        "请求内容过大:函数上限 6 MB(二进制按 Base64 计),大文件请用预签名上传",
        "the request is larger than a function's 6 MB (binary counts as Base64): use a presigned upload",
    ),
    "response-too-large": (502, "响应超过函数上限 6 MB", "the answer is larger than a function's 6 MB"),
    "gateway-timeout": (504, "处理超过网关上限 29 秒", "the answer took longer than the gateway's 29 s"),
    "stack-unreachable": (502, "本地环境没有应答", "the local stack does not answer"),
    "starting": (503, "本地环境正在启动", "the local stack is starting"),
    "stopping": (503, "本地环境正在停止", "the local stack is stopping"),
    "foreign-host": (
        421,
        "只接受本机地址的请求",
        "only requests to this machine's loopback names are answered",
    ),
    "foreign-origin": (403, "不接受其他来源的请求", "requests from other origins are refused"),
    "not-found": (404, "没有这个地址", "there is nothing at this address"),
    "method-not-allowed": (405, "不支持该方法", "the method is not allowed here"),
    "malformed": (400, "请求格式不正确", "the request cannot be read"),
}


def problem(request: web.Request, code: str, more: str = "") -> web.Response:
    """Answer `code` in the language that the caller prefers; Chinese unless English is asked for."""
    status, zh, en = TEXTS[code]
    english = request.headers.get("Accept-Language", "").strip().lower().startswith("en")
    sentence = (en if english else zh) + (f": {more}" if more else "")
    body = {"type": f"urn:jisheng:problem:{code}", "title": sentence, "status": status, "code": code}
    language = {"Content-Language": "en" if english else "zh-CN"}
    return said(body, status, "application/problem+json", language)


def said(
    body: Any,
    status: int = 200,
    content_type: str = "application/json",
    headers: dict[str, str] | None = None,
) -> web.Response:
    """Answer with JSON whose Chinese can be read as it stands."""
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type=content_type, headers=headers)
