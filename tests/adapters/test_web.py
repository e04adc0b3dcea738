"""The page over a store in memory: who may talk to it, what it says when things go wrong, and what it never does."""

from __future__ import annotations

import asyncio
import gzip
import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from fakes import MemoryStore, deliver, make_desk
from hypothesis import given
from hypothesis import strategies as st

from adapters.web import Live, WebMessenger, comms_address, make_app
from adapters.web.guard import MAX_BODY
from adapters.web.marks import masked, stretches
from adapters.web.place import View, to_view
from adapters.web.visitor import Cookies, Visitor, accepted
from bot.cases import State
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.messages import FoundLine
from bot.review import Rulebook
from bot.service.desk import Desk
from bot.wording import wording

HERE = "http://127.0.0.1:8080"
say = wording()
LANGUAGES = pytest.mark.parametrize("language", list(Language))


@dataclass
class Site:
    """The page with a browser before it."""

    browser: httpx.AsyncClient
    desk: Desk
    store: MemoryStore
    live: Live
    app: Any

    async def post(self, path: str, *, follow: bool = True, **fields: str) -> httpx.Response:
        files = {name: (None, value) for name, value in fields.items()}
        return await self.browser.post(path, files=files or None, follow_redirects=follow)

    async def deliver(self) -> None:
        await deliver(self.desk, self.store, WebMessenger(self.live))

    async def a_case(self, question: str) -> int:
        await self.post("/ask", text=question)
        await self.deliver()
        return max(self.store.kept.cases)

    def another(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=HERE, headers=self.browser.headers)


@pytest.fixture
async def site(knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> AsyncIterator[Site]:
    store = MemoryStore()
    comms = {each.id: comms_address(each.id) for each in knowledge.organisations}
    desk = replace(make_desk(knowledge, matcher, rules, store=store), comms=comms)
    live = Live(store)
    app = make_app(desk, live, secret="a secret", organisation="oslomet")
    headers = {"origin": HERE, "accept-language": "nb-NO"}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HERE, headers=headers) as browser:
        yield Site(browser, desk, store, live, app)


@pytest.fixture(scope="session")
def press(knowledge: KnowledgeBase) -> str:
    return knowledge.topic["handoff/press"].questions.nb[0]


# ── who may talk to it ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "", "[::2]", "a b"])
async def test_another_name_for_this_machine_is_refused(site: Site, host: str) -> None:
    assert (await site.browser.get("/", headers={"host": host})).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "localhost"])
async def test_every_name_of_loopback_is_welcome(site: Site, host: str) -> None:
    assert (await site.browser.get("/", headers={"host": host})).status_code == 200


FOREIGN: dict[str, dict[str, str | None]] = {
    "another-site": {"origin": "https://evil.example"},
    "another-port": {"origin": "http://127.0.0.1:9999"},
    "a-sandboxed-frame": {"origin": "null"},
    "the-browser-says-so": {"sec-fetch-site": "cross-site"},
    "another-app-of-this-host": {"sec-fetch-site": "same-site"},
    "nobody-says": {"origin": None},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
async def test_a_form_of_another_site_does_nothing(site: Site, headers: dict[str, str | None], press: str) -> None:
    request = site.browser.build_request("POST", "/ask", data={"text": press})
    for name, value in headers.items():
        request.headers.pop(name, None)
        if value is not None:
            request.headers[name] = value
    response = await site.browser.send(request)
    assert response.status_code == 403
    assert say("web.foreign", Language.NB) in response.text
    assert not site.store.kept.questions


async def test_every_answer_carries_the_headers_that_keep_others_out(site: Site) -> None:
    for response in (
        await site.browser.get("/"),
        await site.browser.get("/nowhere"),
        await site.browser.get("/static/live.js"),
        await site.browser.get("/", headers={"host": "evil.example"}),
    ):
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "same-origin"


async def test_a_page_has_nothing_in_line_that_the_policy_would_forbid(site: Site, press: str) -> None:
    number = await site.a_case(press)
    page = (await site.browser.get(f"/?case={number}")).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:|https?://(?!127)", page)


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "as-it-comes"])
async def test_too_much_at_once_is_refused_kindly(site: Site, announced: bool) -> None:
    body = b"text=" + b"x" * (MAX_BODY + 1)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 50_000):
            yield body[start : start + 50_000]

    form = {"content-type": "application/x-www-form-urlencoded"}
    response = await site.browser.post("/ask", content=body if announced else pieces(), headers=form)
    assert response.status_code == 413
    assert say("web.too-big", Language.NB) in response.text
    assert not site.store.kept.questions


# ── who a browser is ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_browser_is_one_person_and_another_browser_another(site: Site, press: str) -> None:
    await site.a_case(press)
    assert press in (await site.browser.get("/")).text.split('id="comms"')[0]
    async with site.another() as stranger:
        left, right = (await stranger.get("/")).text.split('id="comms"')
    assert press not in left.split('id="offers"')[1].split("</div>", 2)[2]
    assert press in right


async def test_the_cookie_is_for_the_server_alone(site: Site) -> None:
    cookie = (await site.browser.get("/")).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "set-cookie" not in (await site.browser.get("/")).headers


@pytest.mark.parametrize("cookie", ["", ".", "e30.", "e30.AAAA", "x" * 5000, "æ.ø", "\u2028"])
def test_a_forged_cookie_is_nobody(cookie: str) -> None:
    assert Cookies("secret", {"oslomet"}, "oslomet").read(cookie) is None


def test_a_cookie_reads_as_it_was_written_and_under_its_own_secret_alone() -> None:
    visitor = Visitor("id", "oslomet", Language.SV, (3, 5))
    ours, theirs = (Cookies(secret, {"oslomet"}, "oslomet") for secret in ("one", "two"))
    assert ours.read(ours.write(visitor)) == visitor
    assert theirs.read(ours.write(visitor)) is None
    assert Cookies("one", {"malmo"}, "malmo").read(ours.write(visitor)) is None


def test_the_two_sides_are_two_people() -> None:
    visitors = [Visitor(str(number), "oslomet") for number in range(300)]
    assert all(visitor.name != visitor.comms_name for visitor in visitors)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("nb-NO,nb;q=0.9,en;q=0.8", Language.NB), ("no", Language.NB), ("nn", Language.NN),
        ("de,sv;q=0.5", Language.SV), ("en;q=0.1,sv;q=0.2", Language.SV),
        ("fi,de", None), ("", None), (";;q=x,,", None), ("*", None),
    ],
)  # fmt: skip
def test_the_browsers_language_is_taken_up(header: str, language: Language | None) -> None:
    assert accepted(header) is language


@pytest.mark.parametrize("language", [Language.NB, Language.NN])
async def test_a_hei_is_answered_in_the_browsers_form_of_norwegian(site: Site, language: Language) -> None:
    site.browser.headers["accept-language"] = language.value
    await site.post("/ask", text="hei")
    (visitor,) = site.store.kept.people.values()
    assert visitor.language is language


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────────


@LANGUAGES
async def test_what_could_not_be_saved_is_said_and_the_text_stands_there_still(site: Site, language: Language) -> None:
    site.browser.headers["accept-language"] = language.value
    await site.browser.get("/")
    site.store.broken = True
    response = await site.post("/ask", text="Hva gjør jeg <nå>?")
    assert response.status_code == 503
    assert say("ask.not-saved", language) in html.unescape(response.text)
    assert "Hva gjør jeg &lt;nå&gt;?</textarea>" in response.text
    site.store.broken = False
    assert not site.store.kept.questions


async def test_an_answer_that_could_not_be_saved_stands_in_its_form_once_the_database_is_back(
    site: Site, press: str
) -> None:
    number = await site.a_case(press)
    response = await site.post(f"/comms/{number}/answer?case={number}", text=" ")
    assert response.status_code == 409
    assert say("refused.empty", Language.NB) in response.text
    await site.post(f"/comms/{number}/claim")
    async with site.another() as other:
        files = {"text": (None, "Et langt svar")}
        response = await other.post(f"/comms/{number}/answer?case={number}", files=files)
    assert response.status_code == 409
    assert "Et langt svar</textarea>" in response.text
    assert site.store.kept.cases[number].state is State.CLAIMED


@LANGUAGES
@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/ask", 405)])
async def test_a_page_that_there_is_not_says_so_in_the_readers_language(
    site: Site, language: Language, path: str, status: int
) -> None:
    response = await site.browser.get(path, headers={"accept-language": language.value})
    assert response.status_code == status
    assert f'lang="{language.value}"' in response.text
    assert say("web.missing-page", language) in response.text


@LANGUAGES
async def test_a_fault_of_ours_is_told_kindly_and_without_a_trace(
    site: Site, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.store, "kept", None)  # nothing that could happen, which is what a fault is
    response = await site.browser.get("/", headers={"accept-language": language.value})
    assert response.status_code == 500
    assert say("web.broken", language) in response.text
    assert "Traceback" not in response.text
    assert "NoneType" not in response.text


TAMPERED: dict[str, tuple[str, dict[str, str]]] = {
    "somebody-elses-question": ("/feedback", {"question": "999", "helpful": "yes"}),
    "no-number": ("/choose", {"question": "1; DROP TABLE", "entry": ""}),
    "a-huge-number": ("/ask-comms", {"question": "9" * 400}),
    "no-case": ("/comms/999/claim", {}),
    "no-action": ("/comms/1/steal", {}),
    "no-action-of-an-asker": ("/mine/1/answer", {"text": "x"}),
    "no-entry": ("/comms/1/answer", {"entry": "nothing", "text": "Ja"}),
    "no-reason": ("/comms/1/close", {"reason": "because"}),
    "no-platform": ("/check", {"draft": "Hei", "platform": "myspce"}),
    "no-language": ("/settings", {"organisation": "oslomet", "language": "tlh"}),
    "no-organisation": ("/settings", {"organisation": "atlantis", "language": "nb"}),
    "no-date": ("/learned", {"id": "x", "did": "burn"}),
}


@pytest.mark.parametrize(("path", "fields"), TAMPERED.values(), ids=TAMPERED.keys())
async def test_a_tampered_form_changes_nothing_and_is_told(
    site: Site, path: str, fields: dict[str, str], press: str
) -> None:
    await site.a_case(press)
    before = (dict(site.store.kept.cases), dict(site.store.kept.feedback), site.store.kept.learned)
    response = await site.post(path, **fields)
    assert response.status_code == 400
    assert say("web.refused-input", Language.NB) in response.text
    assert (site.store.kept.cases, site.store.kept.feedback, site.store.kept.learned) == before


@pytest.mark.parametrize("body", [b"", b"--x", b"\xff\xfe", b"--x\r\nContent-Disposition: form-data\r\n\r\n"])
async def test_a_broken_form_is_no_fault_of_ours(site: Site, body: bytes) -> None:
    form = {"content-type": "multipart/form-data; boundary=x"}
    assert (await site.browser.post("/ask", content=body, headers=form)).status_code < 500


@pytest.mark.parametrize(
    "query",
    [
        "case=999",
        "case=-1",
        "case=x",
        "state=asleep&kind=%00&org=<b>",
        "about=1e9&said=x",
        "words=" + "%F0%9F%98%80" * 300,
    ],
)
async def test_an_address_with_nonsense_in_it_is_the_page(site: Site, query: str) -> None:
    assert (await site.browser.get(f"/?{query}")).status_code == 200


# ── what it promises ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_same_form_sent_twice_is_one_question_and_another_text_another(site: Site, press: str) -> None:
    for _ in range(3):
        await site.post("/ask", text=press, nonce="n1")
    await site.post("/ask", text=press + "?", nonce="n1")
    assert len(site.store.kept.questions) == 2


async def test_a_form_leads_back_to_where_its_person_was(site: Site, press: str) -> None:
    number = await site.a_case(press)
    response = await site.post(f"/comms/{number}/claim?state=waiting&words=journalist", follow=False)
    assert response.status_code == 303
    assert response.headers["location"] == f"/?case={number}&state=waiting&words=journalist"


async def test_the_panes_alone_are_given_to_the_pages_own_script(site: Site, press: str) -> None:
    files = {"text": (None, press)}
    response = await site.browser.post("/ask", files=files, headers={"x-live": "1"})
    assert response.status_code == 200
    assert response.headers["x-place"] == "/"
    assert "<html" not in response.text
    assert press in response.text


async def test_a_draft_that_is_only_checked_is_not_kept(site: Site) -> None:
    response = await site.post("/check", draft="Ring Kari på 412 34 567, hun er en idiot!")
    assert "<mark" in response.text
    assert "412" not in repr(site.store.kept)


async def test_line_ends_are_those_that_were_typed(site: Site) -> None:
    response = await site.post("/check", draft="Første linje\r\nRing 412 34 567\r\ni dag")
    assert '<mark class="stop">412 34 567</mark>' in response.text


async def test_a_page_with_thirty_cases_is_small(site: Site, press: str) -> None:
    for number in range(30):
        await site.post("/ask", text=f"{press} {number}")
    await site.deliver()
    page = (await site.browser.get(f"/?case={max(site.store.kept.cases)}")).content
    assert len(gzip.compress(page, 5)) < 30_000
    static = [await site.browser.get(f"/static/{name}") for name in ("style.css", "live.js")]
    assert len(gzip.compress(page + b"".join(each.content for each in static), 5)) < 30_000
    assert len(static[0].content) <= 15_000


async def test_texts_in_another_language_than_the_page_say_so(site: Site, knowledge: KnowledgeBase) -> None:
    await site.post("/ask", text=knowledge.topic["handoff/press"].questions.sv[1])
    await site.deliver()
    page = (await site.browser.get("/")).text
    assert re.search(r'<html lang="nb">', page)
    assert re.search(r'<div lang="sv">\s*<h3', page)
    assert re.search(r'class="quote short" lang="sv"', page)


async def test_a_day_that_is_none_is_told_with_how_to_write_one_and_what_was_written_stays(
    site: Site, press: str
) -> None:
    number = await site.a_case(press)
    response = await site.browser.post(
        f"/comms/{number}/decide",
        files={"decision": (None, "change"), "text": (None, "Noe mangler."), "until": (None, "snart")},
    )
    assert response.status_code == 400
    assert "write it as 2027-12-31" in response.text


async def test_a_case_is_seen_when_comms_opens_it_and_not_before(site: Site, press: str) -> None:
    number = await site.a_case(press)
    await site.browser.get("/")
    assert {message.state for message in site.store.kept.messages.values()} == {"delivered"}
    await site.browser.get(f"/?case={number}")
    assert "seen" in {message.state for message in site.store.kept.messages.values()}


# ── telling open pages ───────────────────────────────────────────────────────────────────────────────────────────────


async def stream(site: Site, since: str = "", last: str = "") -> AsyncIterator[str]:
    """The events of a stream as they come, through the ASGI application itself."""
    received: asyncio.Queue[str] = asyncio.Queue()
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            received.put_nowait(message["body"].decode())

    headers = [(b"host", b"127.0.0.1"), *([(b"last-event-id", last.encode())] if last else [])]
    scope = {
        "type": "http", "method": "GET", "path": "/events", "raw_path": b"/events", "headers": headers,
        "query_string": f"since={since}".encode(), "root_path": "", "scheme": "http", "server": None, "client": None,
        "asgi": {"version": "3.0"}, "http_version": "1.1",
    }  # fmt: skip
    task = asyncio.create_task(site.app(scope, receive, send))
    try:
        while True:
            yield await asyncio.wait_for(received.get(), 10)
    finally:
        gone.set()
        await task


@pytest.fixture
async def looked_at(site: Site) -> AsyncIterator[Site]:
    from adapters.web.live import looking  # noqa: PLC0415

    async with looking(site.live):
        yield site


async def test_a_change_is_told_with_its_id_and_a_reader_who_has_it_is_told_nothing(
    looked_at: Site, press: str
) -> None:
    site = looked_at
    events = stream(site, since=await site.live.read())
    assert await anext(events) == "retry: 1000\n\n"
    await site.a_case(press)
    told = await anext(events)
    assert "event: changed" in told
    last = re.findall(r"id: (.+)", told)[0]
    await events.aclose()
    now = await site.live.read()
    again = stream(site, last=last)
    await anext(again)
    if last == now:
        await site.post("/ask", text=press + "!")
    assert "event: changed" in await anext(again)
    await again.aclose()


async def test_what_another_process_changed_is_told_too(looked_at: Site, press: str) -> None:
    site = looked_at
    events = stream(site, since=await site.live.read())
    await anext(events)
    async with site.store.work() as work:  # past this process' own forms
        await work.add_learned(object())  # type: ignore[arg-type]  # its number is what counts
    assert "event: changed" in await anext(events)
    await events.aclose()


async def test_a_server_that_stops_ends_its_streams(looked_at: Site) -> None:
    site = looked_at
    events = stream(site)
    await anext(events)
    site.live.close()
    async for part in events:
        if part == "":
            break
    await events.aclose()
    assert (await site.browser.get("/events")).status_code == 503


async def test_nothing_is_read_while_nobody_looks(looked_at: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = 0
    read = looked_at.live.read

    async def counted() -> str:
        nonlocal reads
        reads += 1
        return await read()

    monkeypatch.setattr(looked_at.live, "read", counted)
    looked_at.live.wake()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert reads == 0


# ── marks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def found(start: int, end: int, severity: str = "warn", match: str = "") -> FoundLine:
    return FoundLine("rule", severity, "", start, end, match, "", "", "")  # type: ignore[arg-type]


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(-3, 50), st.integers(-3, 50), st.sampled_from(["stop", "warn", "tip"])), max_size=6),
)
def test_marks_never_change_the_draft_and_every_local_finding_ends_once(
    draft: str, places: list[tuple[int, int, str]]
) -> None:
    lines = [found(*place) for place in places]
    parts = stretches(draft, lines)
    assert "".join(part.text for part in parts) == draft
    ended = [number for part in parts for number in part.ends]
    assert len(ended) == len(set(ended))
    for number, line in enumerate(lines, start=1):
        local = 0 <= line.start < line.end <= len(draft) and line.end - line.start < len(draft.rstrip())
        assert (number in ended) is local


def test_where_findings_overlap_the_gravest_colours_and_each_keeps_its_number() -> None:
    parts = stretches("abcdef ghi", [found(0, 4, "tip"), found(2, 6, "stop"), found(0, 10, "warn")])
    assert [(part.text, part.severity, part.ends) for part in parts] == [
        ("ab", "tip", ()), ("cd", "stop", (1,)), ("ef", "stop", (2,)), (" ghi", None, ()),
    ]  # fmt: skip


def test_what_is_sent_on_has_its_personal_data_covered() -> None:
    assert masked("Ring 412 34 567 nå", [found(5, 15, "stop", "412 •• •••")]) == "Ring 412 •• ••• nå"


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(
    st.builds(
        View, tab=st.sampled_from(["ask", "check"]), desk=st.sampled_from(["cases", "learned"]),
        case=st.integers(0, 10**8), state=st.sampled_from(["", *State]), words=st.text(max_size=60).map(str.strip),
    )
)  # fmt: skip
def test_a_view_reads_as_it_was_written(view: View) -> None:
    query = httpx.QueryParams(view.query.removeprefix("?"))
    assert to_view(query, {}) == replace(view, words=query.get("words", ""))
