// The emulator's page as a reader sees it: node look.mjs BASE_URL FOLDER. FOLDER has playwright-core in
// its node_modules, and gets the screenshots. Prints what was seen, and ends with a count.
import { createRequire } from "node:module";
import { join } from "node:path";
import { strict as assert } from "node:assert";

const [base, folder] = process.argv.slice(2);
const { chromium } = createRequire(join(folder, "/"))("playwright-core");
const origin = new URL(base).origin;
const KEY = "r8_a-key-that-no-page-may-show";
const LONG = 20_000;
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

const create = (input) =>
  fetch(`${base}/v1/models/stability-ai/sdxl/predictions`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ input: { width: 512, height: 512, ...input } }),
  });

const created = async (input) => {
  const answer = await create(input);
  assert.equal(answer.status, 201);
  return (await answer.json()).id;
};

let passed = 0;
const failures = [];
const check = async (what, look) => {
  try {
    await look();
    passed += 1;
    console.log(`ok   ${what}`);
  } catch (error) {
    failures.push(what);
    console.log(`FAIL ${what}\n     ${String(error?.message ?? error).split("\n").join("\n     ")}`);
  }
};

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: FLAGS });
const complaints = [];
const open = async (settings, path = "/") => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...settings });
  const page = await context.newPage();
  page.setDefaultTimeout(LONG);
  page.on("console", (message) => {
    // What the browser itself says of the answers that are asked for on purpose here.
    const expected = /status of (422|404)/.test(message.text());
    if (message.type() === "error" && !expected) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const elsewhere = (request) => new URL(request.url()).origin !== origin;
  page.on("request", (request) => elsewhere(request) && complaints.push(`asked for ${request.url()}`));
  await page.goto(origin + path);
  return page;
};
/** A screenshot of the whole page, also of the pictures that nobody has scrolled to yet. */
const picture = async (page, name) => {
  await page.evaluate(() => document.querySelectorAll("img").forEach((image) => (image.loading = "eager")));
  await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};
const fits = (page) =>
  page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    return { wide, needs: document.documentElement.scrollWidth };
  });
const drawn = (page, within) =>
  page.waitForFunction(
    (selector) => {
      const images = [...document.querySelectorAll(`${selector} img`)];
      return images.length > 0 && images.every((image) => image.complete && image.naturalWidth > 0);
    },
    within,
    { timeout: LONG },
  );

const page = await open({ locale: "en-US" });
const keep = "window.stays = true";

await check("it says that it is an emulator, and how to reach it", async () => {
  const text = await page.textContent("main");
  assert.match(text, /An emulator on your own machine/);
  assert.match(text, /Nothing is billed/);
  assert.ok(text.includes(base));
  await page.waitForSelector("#connection.live");
  await picture(page, "empty");
});

let id;
await check("a prediction shows without a reload, goes on, succeeds, and its picture loads", async () => {
  await page.evaluate(keep);
  id = await created({ prompt: "a red kite over a lake, early morning", num_outputs: 2, seed: 7 });
  await page.waitForSelector(`#p-${id}`);
  await page.waitForSelector(`#p-${id} .status.processing`);
  await page.waitForSelector(`#p-${id} progress`);
  await page.waitForSelector(`#p-${id} .status.succeeded`);
  await drawn(page, `#p-${id}`);
  assert.equal(await page.evaluate("window.stays"), true, "no reload");
  assert.equal(await page.textContent("#t-creates strong"), "1");
});

await check("a prompt is text, whatever it is made of", async () => {
  const evil = `<img src=x onerror="document.title='taken'">"'</textarea><script>document.title='taken'</script>`;
  const nasty = await created({ prompt: evil, num_inference_steps: 1 });
  const turned = await created({ prompt: "\u202e\u2067 turned round \u0000\u0007 " + "w".repeat(10_000), num_inference_steps: 1 });
  await page.waitForSelector(`#p-${turned}`);
  assert.equal(await page.textContent(`#p-${nasty} .prompt bdi`), evil);
  assert.equal(await page.locator(`#p-${nasty} .prompt img, #p-${nasty} script`).count(), 0);
  assert.ok(!(await page.title()).includes("taken"));
  const { wide, needs } = await fits(page);
  assert.ok(needs <= wide, `${needs} px in ${wide}`);
});

await check("what is open, typed and scrolled stays while news come in", async () => {
  await page.click("#faults-open summary");
  await page.fill("#faults", "half a word");
  // Scrolled to the newest: what comes in above must not move it.
  await page.setViewportSize({ width: 1280, height: 500 });
  const newest = await page.evaluate(() => document.querySelector("#predictions > li").id);
  const top = () => page.evaluate((id) => document.getElementById(id).getBoundingClientRect().top, newest);
  await page.waitForSelector(`#${newest} .status.succeeded`);
  await page.evaluate((id) => { document.getElementById(id).scrollIntoView(); window.scrollBy(0, -20); }, newest);
  const before = await top();
  const next = await created({ prompt: "another one", num_inference_steps: 5 });
  await page.waitForSelector(`#p-${next} .status.succeeded`);
  assert.equal(await page.inputValue("#faults"), "half a word");
  assert.equal(await page.evaluate(() => document.activeElement.id), "faults");
  assert.ok(await page.evaluate(() => document.getElementById("faults-open").open));
  assert.ok((await page.evaluate(() => window.scrollY)) > 0, "scrolled");
  const after = await top();
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.ok(Math.abs(after - before) < 2, `moved from ${before} to ${after}`);
});

await check("faults that are none are refused in the page, and others saved", async () => {
  await page.click("#faults-json button[type=submit]");
  await page.waitForSelector("#faults-wrong");
  assert.equal(await page.inputValue("#faults"), "half a word");
  await page.fill("#faults", `{"faults": [{"on": {"route": "get_prediction"}, "do": {"answer": {"status": 500}}}]}`);
  await page.click("#faults-json button[type=submit]");
  await page.waitForFunction(() => document.getElementById("faults-count").textContent.startsWith("1 "));
  assert.equal((await fetch(`${base}/v1/predictions/${id}`, { headers: { authorization: `Bearer ${KEY}` } })).status, 500);
  await page.fill("#faults", "{}");
  await page.click("#faults-json button[type=submit]");
  await page.waitForFunction(() => document.getElementById("faults-count").textContent.startsWith("0 "));
  assert.equal(await page.evaluate("window.stays"), true, "no reload");
});

await check("a fault that is switched on happens, once", async () => {
  await page.click("#b-throttled");
  await page.waitForSelector("#b-throttled[aria-checked=true]");
  assert.equal((await create({ prompt: "too soon" })).status, 429);
  await page.waitForSelector("#b-throttled[aria-checked=false]");
  assert.match(await page.textContent("#b-throttled"), /has fired/);
  await page.waitForSelector("#requests .c4");
  await created({ prompt: "in time", num_inference_steps: 1 });
});

await check("a price is set, and what it would have cost follows", async () => {
  await page.fill("#price", "-1");
  await page.press("#price", "Enter");
  await page.waitForSelector("#price-wrong");
  await page.fill("#price", "0.0046");
  await page.press("#price", "Enter");
  await page.waitForFunction(() => parseFloat(document.querySelector("#t-cost strong").textContent) > 0);
  const pictures = Number(await page.textContent("#t-pictures strong"));
  const cost = parseFloat(await page.textContent("#t-cost strong"));
  assert.ok(Math.abs(cost - pictures * 0.0046) < 1e-9, `${cost} for ${pictures}`);
});

await check("one that is under way is canceled from the list", async () => {
  const long = await created({ prompt: "a long one", num_inference_steps: 400 });
  await page.click(`#c-${long}`);
  await page.waitForSelector(`#p-${long} .status.canceled`);
  assert.equal(await page.evaluate("window.stays"), true, "no reload");
});

await check("a request opens, with its body, and without the key", async () => {
  const row = page.locator("#requests tr", { hasText: "POST" }).last();
  await row.locator("a").click();
  await page.waitForURL(/\/emulator\/requests\/\d+/);
  const text = await page.textContent("main");
  assert.match(text, /a red kite over a lake/);
  assert.match(text, /\[redacted\]/);
  await picture(page, "request");
  await page.goBack();
});

await check("a prediction opens, with logs that grow, input and pictures", async () => {
  const long = await created({ prompt: "a lighthouse in the fog, oil on canvas", num_inference_steps: 60, num_outputs: 4, width: 768 });
  await page.waitForSelector(`#p-${long}`);
  await page.click(`#o-${long}`);
  await page.waitForURL(new RegExp(long));
  await page.waitForFunction(() => /it\/s/.test(document.getElementById("logs-text")?.textContent ?? ""));
  await page.evaluate(keep);
  await page.waitForSelector("#standing .status.succeeded");
  await drawn(page, "#pictures");
  assert.match(await page.textContent("#input-text"), /"num_outputs": 4/);
  assert.equal(await page.evaluate("window.stays"), true, "no reload");
  await picture(page, "prediction");
  await page.goBack();
});

await check("no page shows the key that requests carried", async () => {
  const paths = ["/", "/emulator/requests", `/emulator/predictions/${id}`, "/emulator/requests/1"];
  for (const path of paths) {
    const html = await (await fetch(origin + path)).text();
    assert.ok(html.includes("</html>") && !html.includes(KEY), path);
  }
});

const looks = [
  ["en-light", { locale: "en-US", colorScheme: "light" }, /Predictions/, "en"],
  ["zh-dark", { locale: "zh-CN", colorScheme: "dark" }, /您本机上的模拟器/, "zh-Hans"],
  ["en-dark", { locale: "en-GB", colorScheme: "dark" }, /Predictions/, "en"],
  ["zh-phone", { locale: "zh-CN", colorScheme: "light", viewport: { width: 390, height: 844 } }, /预测/, "zh-Hans"],
  ["en-phone-dark", { locale: "en-US", colorScheme: "dark", viewport: { width: 390, height: 844 } }, /Predictions/, "en"],
];
await fetch(`${base}/v1/predictions/nothing-here`, { headers: { authorization: `Bearer ${KEY}` } });
await created({ prompt: "一只红色的风筝，清晨的湖面，水彩画", width: 768, height: 512, seed: 3, num_inference_steps: 3 });
await page.waitForFunction(() => document.querySelector("#predictions .status").classList.contains("succeeded"));
await created({ prompt: "still at work", num_inference_steps: 300 });
for (const [name, settings, words, language] of looks) {
  await check(`it looks in order: ${name}`, async () => {
    const seen = await open(settings);
    await seen.waitForSelector("#connection.live");
    assert.match(await seen.textContent("main"), words);
    assert.equal(await seen.getAttribute("html", "lang"), language);
    const ground = await seen.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const bright = Number(ground.match(/\d+/)[0]) > 128;
    assert.equal(bright, settings.colorScheme === "light", ground);
    const { wide, needs } = await fits(seen);
    assert.ok(needs <= wide, `${needs} px in ${wide}`);
    await picture(seen, name);
    for (const path of [`/emulator/predictions/${id}`, "/emulator/requests/1", "/emulator/requests"]) {
      await seen.goto(origin + path);
      const there = await fits(seen);
      assert.ok(there.needs <= there.wide, `${path}: ${there.needs} px in ${there.wide}`);
    }
    if (name.includes("phone")) {
      await seen.goto(`${origin}/emulator/predictions/${id}`);
      await drawn(seen, "#pictures");
      await picture(seen, `${name}-prediction`);
    }
    await seen.context().close();
  });
}

await check("it works without a script: links, forms and a reload", async () => {
  const plain = await open({ locale: "en-US", javaScriptEnabled: false });
  await plain.click("#b-unsafe");
  await plain.waitForSelector("#b-unsafe[aria-checked=true]");
  const failing = await created({ prompt: "not to be", num_inference_steps: 1 });
  await plain.click("#again");
  await plain.click(`#o-${failing}`);
  await plain.waitForSelector("#standing");
  await plain.goBack();
  await plain.click("#b-unsafe");
  await plain.waitForSelector("#b-unsafe[aria-checked=false]");
  await plain.fill("#price", "nonsense");
  await plain.press("#price", "Enter");
  await plain.waitForSelector("#price-wrong");
  await plain.context().close();
});

await check("nothing was complained of in the console, and nothing asked of elsewhere", async () => {
  assert.deepEqual(complaints, []);
});

await browser.close();
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
