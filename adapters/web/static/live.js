// The page works without this. With it, forms and links change the panes in place, and the panes follow the store.
"use strict";

const PANES = ["staff", "comms"];
const byId = (id) => document.getElementById(id);
const trouble = byId("trouble");
const heard = byId("heard");
let stream = null;
let asking = 0; // the latest request for panes; an older one that comes later is passed over

/** `form`: what could not be sent is told until something is; what is wrong with the line, until that is well again. */
function complain(text, form = null) {
  if (!text && !form && trouble.dataset.about === "form") return;
  trouble.textContent = text || "";
  trouble.hidden = !text;
  trouble.dataset.about = form && text ? "form" : "line";
}

// ── changing in place ────────────────────────────────────────────────────────────────────────────────────────────────

/** Puts `html` (both panes) into the page, touching only what reads differently. `sent`: the form that led to it, or
    the pane or page whose link did. */
function swap(html, sent) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const id of PANES) {
    const now = byId(id), then = fresh.getElementById(id);
    if (then) follow(now, then, sent);
  }
  byId("staff").dataset.pulse = fresh.getElementById("staff")?.dataset.pulse || "";
  ready(document);
}

/** What holds (a notice, findings) stays where it is until its own pane is used; and so does what goes with it. */
function follow(now, then, sent) {
  const used = sent && (now.contains(sent) || sent.contains(now));
  const old = new Map([...now.children].map((part) => [part.id, part]));
  const held = new Set(used ? [] : [...now.children].filter((part) => "hold" in part.dataset && !then.querySelector(`#${CSS.escape(part.id)}`)));
  let place = now.firstElementChild;
  for (const part of [...then.children]) {
    const before = old.get(part.id);
    old.delete(part.id);
    while (held.has(place)) place = place.nextElementSibling;
    let kept = before;
    const same = before && (before.dataset.v === part.dataset.v || held.has(old.get(before.dataset.with)));
    if (!same || (sent && before.contains(sent))) {
      kept = part;
      if (before) carry(before, part, sent);
      else announce(now, part);
    }
    if (kept === place) place = place.nextElementSibling;
    else now.insertBefore(kept, place);
    if (before && before !== kept) {
      if (before === place) place = place.nextElementSibling;
      before.remove();
    }
  }
  for (const part of old.values()) if (!held.has(part)) part.remove();
}

const sending = new WeakMap(); // form → what was sent of it

/** Words that were sent are no longer needed in the form that sent them; those typed since are. */
const gone = (field, sent) => field.form === sent && [field.value, null].includes(sending.get(sent).get(field.name));

/** What someone has open, typed and before them stays, save what was just sent. */
function carry(before, part, sent) {
  for (const open of before.querySelectorAll("details[open]")) {
    const same = part.querySelector(`details[data-key="${CSS.escape(open.dataset.key)}"]`);
    if (same && !(sent && open.contains(sent))) same.open = true;
  }
  for (const field of before.querySelectorAll("textarea, select, input:not([type=hidden])")) {
    const same = field.id ? part.querySelector(`#${CSS.escape(field.id)}`) : null;
    if (!same || (sent && gone(field, sent))) continue;
    if (field.type === "checkbox") same.checked = field.checked;
    else if (field.matches("select")) same.value = field.value;
    else if (field.value !== field.defaultValue || field.closest("[data-kept]")) same.value = field.value;
  }
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  if (!focused) return;
  const places = [...before.querySelectorAll("a, button, summary, textarea, input, select")];
  const { selectionStart: start, selectionEnd: end } = focused;
  queueMicrotask(() => {
    const same = focused.id ? byId(focused.id) : [...part.querySelectorAll("a, button, summary, textarea, input, select")][places.indexOf(focused)];
    const next = same && same.isConnected ? same : part.querySelector("a, button, summary, textarea");
    next?.focus({ preventScroll: true });
    if (next === same && typeof start === "number" && next?.setSelectionRange) next.setSelectionRange(start, end);
  });
}

/** New things on the left are read out by screen readers. */
function announce(pane, part) {
  if (pane.id !== "staff" || !part.matches("article, [data-said]")) return;
  heard.textContent = part.dataset.said || part.querySelector(".said, .status .line")?.textContent.trim() || "";
}

// ── asking the server ────────────────────────────────────────────────────────────────────────────────────────────────

async function look(address = location.search, sent = null) {
  const mine = ++asking;
  const response = await fetch(`/panes${address}`, { headers: { "x-live": "1" } });
  if (response.status === 503) return complain(await response.text()); // what is shown stays
  if (!response.ok) throw new Error(response.statusText);
  const html = await response.text();
  if (mine === asking) swap(html, sent);
  complain("");
}

async function send(form, button) {
  if (form.dataset.busy) return void (form.dataset.again = "1");
  form.dataset.busy = "1";
  const mine = ++asking;
  try {
    const body = new FormData(form);
    form.dataset.nonce ||= crypto.randomUUID(); // the same until it is answered: what arrived is not sent twice
    body.set("nonce", form.dataset.nonce);
    sending.set(form, body);
    const response = await fetch(button?.formAction || form.action, { method: "POST", body, headers: { "x-live": "1" } });
    const place = response.headers.get("x-place");
    if (response.status !== 503) delete form.dataset.nonce;
    if (response.status === 204) return void location.assign(place);
    if (!place) return complain(await response.text(), form);
    complain("", form);
    if (place !== location.pathname + location.search) history.pushState(null, "", place);
    const html = await response.text();
    delete form.dataset.busy;
    swap(html, form);
    if (form.matches(".asking")) askOn(form);
    for (const id of [form.matches(".checking") && "checked", "staff-notice", "comms-notice"]) {
      byId(id)?.scrollIntoView({ block: "nearest" });
    }
    if (mine !== asking) refresh(); // something changed meanwhile, and what came of that was passed over
  } catch {
    complain(document.body.dataset.notSent, form);
  } finally {
    delete form.dataset.busy;
    delete form.dataset.again;
  }
}

/** The next question can be typed; one that was asked before this one's answer came is sent now. */
function askOn({ dataset: { again } }) {
  const field = byId("t-ask");
  field?.focus();
  if (again && field?.value.trim()) field.form.requestSubmit();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-live]")) {
    event.preventDefault();
    send(form, event.submitter?.hasAttribute("formaction") ? event.submitter : null);
  } else if (form.matches("[data-place]")) {
    event.preventDefault();
    const told = [...new FormData(form)].filter(([, value]) => value);
    visit(told.length ? `?${new URLSearchParams(told)}` : "", form);
  }
});

/** A second click of two is neither sent again, nor meant for what has taken the first one's place meanwhile. */
let last = { x: -1, y: -1, at: -1000, name: "" };

const near = (event) => Math.hypot(event.clientX - last.x, event.clientY - last.y) < 8;

document.addEventListener("pointermove", (event) => near(event) || (last.at = -1000));
document.addEventListener("click", (event) => {
  const what = event.target.closest("button, summary, a");
  const name = `${what?.form?.action} ${what?.textContent}`;
  if (event.detail && near(event) && event.timeStamp - last.at < 600 && (event.detail > 1 || name !== last.name)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (what?.form?.matches("[data-live]")) {
    last = { x: event.clientX, y: event.clientY, at: event.timeStamp, name };
  }
}, true);

document.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target.matches("button, summary")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest("a[data-place]");
  const copy = event.target.closest("[data-copy]");
  if (link) {
    event.preventDefault();
    visit(new URL(link.href).search, link);
  } else if (copy) {
    navigator.clipboard.writeText(byId(copy.dataset.copy).textContent).then(() => {
      copy.textContent = heard.textContent = document.body.dataset.copied;
    });
  }
});

document.addEventListener("change", (event) => {
  if (event.target.form?.matches("[data-auto]")) event.target.form.requestSubmit();
  else if (event.target.matches(".filter select")) event.target.form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (event.target.matches(".asking textarea") && event.target.value.trim()) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

function visit(query, from) {
  history.pushState(null, "", `/${query}`);
  look(query, from.closest(".pane") || document.body).catch(() => location.assign(`/${query}`));
}

addEventListener("popstate", () => look(location.search, document.body).catch(() => location.reload()));

// ── following the store ──────────────────────────────────────────────────────────────────────────────────────────────

let soon = 0;

/** Several changes in a row are one look. */
function refreshSoon() {
  clearTimeout(soon);
  soon = setTimeout(refresh, 40);
}

const refresh = () => look().catch(() => complain(document.body.dataset.offline));

function connect() {
  if (stream || document.hidden) return;
  stream = new EventSource(`/events?since=${encodeURIComponent(byId("staff").dataset.pulse)}`);
  stream.addEventListener("changed", ({ lastEventId: pulse }) => pulse === byId("staff").dataset.pulse || refreshSoon());
  stream.addEventListener("open", () => {
    document.documentElement.dataset.follows = "yes";
    complain("");
  });
  stream.addEventListener("error", () => {
    document.documentElement.dataset.follows = "no";
    complain(document.body.dataset.offline);
    if (stream?.readyState === EventSource.CLOSED) {
      stream = null;
      setTimeout(connect, 3000);
    }
  });
}

function disconnect() {
  document.documentElement.dataset.follows = "no";
  stream?.close();
  stream = null;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return disconnect();
  refresh().then(connect);
});
addEventListener("pagehide", disconnect);
addEventListener("pageshow", (event) => event.persisted && refresh().then(connect));
setInterval(() => document.hidden || refresh(), 60_000); // ages grow

function ready(root) {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}

document.documentElement.classList.add("live");
ready(document);
connect();
