"""Whoever scans the code on a printed document comes to the instance that issued it, and is told."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.builders import Api, Firm, ok

pytestmark = pytest.mark.stack


def test_the_address_on_the_page_answers_that_the_page_is_true(api: Api) -> None:
    firm = Firm(api)
    case = firm.applies()
    path = f"/v1/cases/{case['case_id']}/documents"
    (receipt,) = ok(firm.person.get(path))["documents"]
    page = firm.person.get(f"{path}/{receipt['document_id']}/print")
    (address,) = set(re.findall(r"https?://[^<\s]+/v1/documents/verify/[^<\s]+", page.text))
    scanned = httpx.get(address, timeout=30)
    assert (scanned.status_code, scanned.json()["status"]) == (200, "valid")
    assert scanned.json()["sha256"] == receipt["sha256"]
    phone = httpx.get(address, headers={"Accept": "text/html"}, timeout=30)
    assert "文书真实有效" in phone.text


def test_the_page_as_pdf_comes_through_the_gateway_whole(api: Api) -> None:
    firm = Firm(api)
    case = firm.applies()
    path = f"/v1/cases/{case['case_id']}/documents"
    (receipt,) = ok(firm.person.get(path))["documents"]
    page = firm.person.get(f"{path}/{receipt['document_id']}/print?format=pdf")
    assert page.headers["content-type"] == "application/pdf"
    start = int(page.content.rsplit(b"startxref", 1)[1].split()[0])
    assert page.content.startswith(b"%PDF-1.4")
    assert page.content[start:].startswith(b"xref"), "every byte is where its table says"
