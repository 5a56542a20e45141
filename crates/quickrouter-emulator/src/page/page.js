// Keeps an open page up to date: at every event it asks for the page again, and puts in what differs.
// What is open, focused, typed or scrolled stays as it is. Without this script links and forms do.
"use strict";
(() => {
  const said = document.body.dataset;
  const connection = document.getElementById("connection");
  const AGAIN = 5000;
  /** The markup of a part as the emulator wrote it, before anything was done to it here. */
  const sources = new WeakMap();

  /** The browser's own time of day, and buttons that only a script can serve. */
  const dress = (part) => {
    for (const time of part.querySelectorAll("time[datetime]")) {
      const moment = new Date(time.dateTime);
      time.title = moment.toLocaleString(document.documentElement.lang);
      time.textContent = moment.toLocaleTimeString(document.documentElement.lang, { hour12: false });
    }
    for (const button of part.querySelectorAll("button[data-copy]")) {
      button.hidden = !navigator.clipboard;
    }
  };

  const typedInto = (part) =>
    [...part.querySelectorAll("textarea, input:not([type=hidden])")].some(
      (field) => field === document.activeElement || field.value !== field.defaultValue,
    );

  /** Puts a part in place of an older one, with what the reader did to that. */
  const replace = (older, newer, source) => {
    const focused = older.contains(document.activeElement) ? document.activeElement.id : "";
    const all = (part, selector) => [part, ...part.querySelectorAll("[id]")].filter((inner) => inner.matches(selector));
    const byId = (selector) => all(older, selector);
    const same = (inner) => all(newer, "#" + CSS.escape(inner.id))[0];
    for (const details of byId("details")) {
      const match = same(details);
      if (match && !match.querySelector(".wrong")) match.open = details.open;
    }
    const scrolled = byId("pre").map((pre) => {
      const atEnd = pre.scrollTop > 0 && pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 4;
      return [pre, atEnd ? Infinity : pre.scrollTop];
    });
    const tops = scrolled.map(([pre, top]) => [same(pre), top]);
    sources.set(newer, source);
    older.replaceWith(newer);
    for (const [pre, top] of tops) if (pre) pre.scrollTop = Math.min(top, pre.scrollHeight);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  };

  /** Brings one list up to date, part by part, each known by its id. */
  const renew = (list, wanted, sent) => {
    const older = new Map([...list.children].map((part) => [part.id, part]));
    let place = list.firstElementChild;
    for (const template of [...wanted.children]) {
      const source = template.outerHTML;
      const part = older.get(template.id);
      older.delete(template.id);
      if (part && part === place) place = place.nextElementSibling;
      else if (part) list.insertBefore(part, place);
      const stays = part && !part.contains(sent) && (sources.get(part) === source || typedInto(part));
      if (stays) continue;
      const newer = document.importNode(template, true);
      dress(newer);
      if (part) replace(part, newer, source);
      else {
        sources.set(newer, source);
        list.insertBefore(newer, place);
      }
    }
    for (const part of older.values()) part.remove();
  };

  /** The first part in sight, so that what comes in above does not move it. */
  const anchor = () => {
    if (window.scrollY < 8) return null;
    const parts = document.querySelectorAll("[data-keyed] > [id]");
    return [...parts].find((part) => part.getBoundingClientRect().top >= 0) ?? null;
  };

  const show = (html, sent = null) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const held = anchor();
    const before = held?.getBoundingClientRect().top;
    for (const list of document.querySelectorAll("[data-keyed]")) {
      const wanted = page.getElementById(list.id);
      if (wanted) renew(list, wanted, sent);
    }
    const now = held && document.getElementById(held.id);
    if (now) window.scrollBy({ top: now.getBoundingClientRect().top - before, behavior: "instant" });
  };

  let asking = false;
  let askAgain = false;
  const refresh = async () => {
    askAgain = true;
    if (asking) return;
    asking = true;
    try {
      while (askAgain) {
        askAgain = false;
        const answer = await fetch(location.href, { cache: "no-store" });
        if (answer.ok) show(await answer.text());
      }
    } catch {
      // It is gone, or about to be: the events say so, and come back when it does.
    } finally {
      asking = false;
    }
  };

  const tell = (live) => {
    connection.textContent = live ? said.live : said.lost;
    connection.className = live ? "live" : "lost";
  };

  let events = null;
  const connect = () => {
    events?.close();
    if (document.hidden) return;
    events = new EventSource("/emulator/events");
    events.onopen = () => tell(true);
    events.onmessage = refresh;
    events.onerror = ({ target }) => {
      tell(false);
      // It tries again by itself, unless it was answered with something else than events.
      if (target.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN);
    };
  };

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("button[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = button.textContent;
    button.textContent = said.copied;
    setTimeout(() => (button.textContent = words), 1500);
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-quiet]")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      const html = await answer.text();
      if (answer.status === 422) return show(html, form);
      const page = await fetch(location.href, { cache: "no-store" });
      show(await page.text(), form);
    } catch {
      tell(false);
    }
  });

  for (const part of document.querySelectorAll("[data-keyed] > [id]")) sources.set(part, part.outerHTML);
  dress(document);
  if (document.querySelector("[data-keyed]")) {
    document.getElementById("again").hidden = true;
    // A page in the background keeps no connection, of which a browser has only a few.
    document.addEventListener("visibilitychange", connect);
    window.addEventListener("pagehide", () => events?.close());
    window.addEventListener("pageshow", ({ persisted }) => persisted && connect());
    connect();
  }
})();
