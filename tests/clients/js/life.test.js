// The life of the JavaScript client `replicate` 1 against the emulator.

const assert = require("node:assert/strict");
const { setTimeout: sleep } = require("node:timers/promises");
const { describe, test } = require("node:test");
const Replicate = require("replicate");
const { BASE_URL, KEY, failing, withReceiver } = require("./emulator.js");
const { parseProgressFromLogs, validateWebhook } = Replicate;

const MODEL = "stability-ai/sdxl";
const VERSION = "7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc";
const LANGUAGE_MODEL = "meta/meta-llama-3-8b-instruct";
const QUICK = { prompt: "a red door", width: 256, height: 256, num_inference_steps: 10 };
// Minutes at the gateway: long enough to be canceled.
const SLOW = { prompt: "a red door", num_inference_steps: 500 };
const POLL = { mode: "poll", interval: 50 };
const PNG = Buffer.from("89504e470d0a1a0a", "hex");

const client = new Replicate({ auth: KEY, baseUrl: `${BASE_URL}/v1` });

async function isPicture(url) {
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.deepEqual(bytes.subarray(0, 8), PNG);
}

async function isPictures(outputs) {
  assert.equal(outputs.length, 1);
  await isPicture(String(outputs[0]));
}

async function isRefused(status, call) {
  let told;
  await assert.rejects(call, (error) => {
    assert.equal(error.name, "ApiError", error.stack);
    assert.equal(error.response.status, status);
    told = error.message;
    return true;
  });
  return told;
}

describe("creating", () => {
  test("every form of a version creates", async () => {
    for (const version of [VERSION, `${MODEL}:${VERSION}`, MODEL]) {
      const created = await client.predictions.create({ version, input: QUICK });
      assert.deepEqual([created.status, created.model], ["starting", MODEL]);
      assert.deepEqual(created.input, QUICK);
      const done = await client.wait(created, { interval: 50 });
      assert.equal(done.status, "succeeded");
      await isPictures(done.output);
      assert.ok(done.metrics.predict_time > 0);
    }
  });

  test("a model without a version creates", async () => {
    const created = await client.predictions.create({ model: MODEL, input: QUICK });
    assert.equal((await client.wait(created, { interval: 50 })).status, "succeeded");
  });

  test("progress is read from the logs", async () => {
    let told = await client.predictions.create({ version: VERSION, input: SLOW });
    for (let looks = 0; !parseProgressFromLogs(told) && looks < 400; looks += 1) {
      await sleep(50);
      told = await client.predictions.get(told.id);
    }
    assert.equal(parseProgressFromLogs(told).total, SLOW.num_inference_steps);
    await client.predictions.cancel(told.id);
  });
});

describe("running", () => {
  test("a blocking run gives the outputs", async () => {
    await isPictures(await client.run(MODEL, { input: QUICK }));
  });

  test("a blocking run of a version gives the outputs", async () => {
    await isPictures(await client.run(`${MODEL}:${VERSION}`, { input: QUICK }));
  });

  test("a polling run gives the outputs and tells how it goes", async () => {
    const statuses = [];
    const progress = (prediction) => statuses.push(prediction.status);
    await isPictures(await client.run(MODEL, { input: QUICK, wait: POLL }, progress));
    assert.equal(statuses[0], "starting");
    assert.equal(statuses.at(-1), "succeeded");
  });

  test("a create that waits is answered when it is over", async () => {
    const done = await client.predictions.create({ version: VERSION, input: QUICK, wait: true });
    assert.equal(done.status, "succeeded");
  });

  test("a create that waits too short is answered before the end", async () => {
    const started = performance.now();
    const early = await client.predictions.create({ version: VERSION, input: SLOW, wait: 1 });
    assert.ok(["starting", "processing"].includes(early.status), early.status);
    assert.ok(performance.now() - started >= 900);
    await client.predictions.cancel(early.id);
  });
});

describe("streaming", () => {
  async function isWhole(stream) {
    const events = [];
    for await (const event of stream) events.push(event);
    assert.equal(events.at(-1).event, "done");
    assert.equal(events.filter((event) => event.event === "done").length, 1);
    await isPicture(events.map(String).join(""));
    const ids = events.map((event) => event.id);
    assert.ok(ids.every(Boolean), String(ids));
    assert.equal(new Set(ids).size, ids.length);
    return events.map((event) => event.event);
  }

  test("a run is streamed from the beginning", async () => {
    const kinds = await isWhole(client.stream(MODEL, { input: QUICK }));
    assert.ok(kinds.includes("logs"), String(kinds));
  });

  test("a run of a version is streamed", async () => {
    await isWhole(client.stream(`${MODEL}:${VERSION}`, { input: QUICK }));
  });

  test("a stream that is given up is no error", async () => {
    const controller = new AbortController();
    const stream = client.stream(MODEL, { input: SLOW, signal: controller.signal });
    const first = await stream.next();
    assert.equal(first.done, false);
    controller.abort();
    await assert.rejects(async () => {
      for await (const _ of stream);
    }, { name: "AbortError" });
  });
});

describe("language", () => {
  const input = { prompt: "write a haiku about llamas" };

  async function isText(pieces) {
    const { results } = await client.predictions.list();
    const { output } = await client.predictions.get(results[0].id);
    assert.ok(pieces.length > 1, String(pieces));
    assert.notEqual(pieces.join("").trim(), "");
    assert.equal(pieces.join(""), output.join(""));
  }

  test("a run gives the pieces of the text", async () => {
    await isText(await client.run(LANGUAGE_MODEL, { input }));
    await isText(await client.run(LANGUAGE_MODEL, { input, wait: POLL }));
  });

  test("the text is streamed", async () => {
    const pieces = [];
    for await (const { event, data } of client.stream(LANGUAGE_MODEL, { input })) {
      if (event === "output") pieces.push(data);
    }
    await isText(pieces);
  });
});

describe("canceling", () => {
  test("a canceled prediction is over", async () => {
    const created = await client.predictions.create({ version: VERSION, input: SLOW });
    assert.equal((await client.predictions.cancel(created.id)).status, "canceled");
    const seen = await client.wait(created, { interval: 50 });
    assert.equal(seen.status, "canceled");
    assert.ok(seen.output == null);
  });

  test("an aborted run is canceled", async () => {
    const controller = new AbortController();
    let last;
    const progress = (prediction) => {
      last = prediction;
      if (prediction.status === "processing") controller.abort();
    };
    const options = { input: SLOW, wait: POLL, signal: controller.signal };
    await client.run(MODEL, options, progress);
    const seen = await client.predictions.get(last.id);
    assert.equal(seen.status, "canceled");
  });

  test("canceling a finished prediction changes nothing", async () => {
    const done = await client.predictions.create({ version: VERSION, input: QUICK, wait: true });
    assert.equal((await client.predictions.cancel(done.id)).status, "succeeded");
  });
});

describe("listing", () => {
  test("the pages hold all predictions, newest first", async () => {
    const made = [];
    for (let count = 0; count < 101; count += 1) {
      made.unshift((await client.predictions.create({ version: VERSION, input: QUICK })).id);
    }
    const pages = [];
    for await (const page of client.paginate(client.predictions.list)) pages.push(page);
    assert.ok(pages.length >= 2);
    for (const page of pages.slice(0, -1)) assert.equal(page.length, 100);
    const listed = pages.flat().map((prediction) => prediction.id);
    assert.deepEqual(listed.slice(0, 101), made);
    assert.equal(new Set(listed).size, listed.length);
  });
});

describe("files", () => {
  const content = Buffer.concat([PNG, Buffer.from("not a picture, and nobody looks")]);

  test("a file lives until it is deleted", async () => {
    const file = new File([content], "door.png", { type: "image/png" });
    const made = await client.files.create(file, { door: "red" });
    assert.deepEqual([made.name, made.content_type], ["door.png", "image/png"]);
    assert.deepEqual([made.size, made.metadata], [content.length, { door: "red" }]);
    assert.deepEqual(await client.files.get(made.id), made);
    const ids = async () => (await client.files.list()).results.map((file) => file.id);
    assert.ok((await ids()).includes(made.id));
    assert.equal(await client.files.delete(made.id), true);
    assert.ok(!(await ids()).includes(made.id));
    await isRefused(404, () => client.files.get(made.id));
  });

  test("a buffer is uploaded", async () => {
    const made = await client.files.create(content);
    assert.equal(made.content_type, "application/octet-stream");
    assert.equal(made.size, content.length);
  });

  test("a file as input goes by upload", async () => {
    const image = new Blob([content], { type: "image/png" });
    const created = await client.predictions.create({ version: VERSION, input: { ...QUICK, image } });
    assert.match(created.input.image, /\/v1\/files\//);
    assert.equal((await client.wait(created, { interval: 50 })).status, "succeeded");
  });
});

describe("lists", () => {
  const named = ({ owner, name }) => `${owner}/${name}`;

  test("models are listed and found", async () => {
    const listed = [];
    for await (const page of client.paginate(client.models.list)) listed.push(...page.map(named));
    assert.ok(listed.includes(MODEL) && listed.includes(LANGUAGE_MODEL), String(listed));
    const { results } = await client.models.search("llama");
    assert.deepEqual(results.map(named), [LANGUAGE_MODEL]);
  });

  test("collections are listed", async () => {
    const [{ slug, name }] = (await client.collections.list()).results;
    assert.equal((await client.collections.get(slug)).name, name);
  });

  test("account and hardware are told", async () => {
    assert.ok((await client.accounts.current()).username);
    assert.ok((await client.hardware.list())[0].sku);
  });

  test("a deployment is told and runs", async () => {
    const told = await client.deployments.get("acme", "support");
    assert.equal(told.current_release.model, "acme/chat");
    const input = { prompt: "Hello?" };
    const created = await client.deployments.predictions.create("acme", "support", { input });
    const { output } = await client.wait(created, { interval: 50 });
    assert.notEqual(output.join("").trim(), "");
  });
});

describe("models", () => {
  test("a model and its version are told", async () => {
    const [owner, name] = MODEL.split("/");
    const model = await client.models.get(owner, name);
    assert.deepEqual([model.owner, model.name], [owner, name]);
    assert.equal(model.latest_version.id, VERSION);
    const version = await client.models.versions.get(owner, name, VERSION);
    const schemas = version.openapi_schema.components.schemas;
    assert.ok(schemas.Input.properties.prompt);
    assert.equal(schemas.Output.type, "array");
  });
});

describe("deliveries", () => {
  test("deliveries are verified by the client", async () => {
    const secret = (await client.webhooks.default.secret.get()).key;
    await withReceiver(async (webhook, next) => {
      const webhook_events_filter = ["start", "completed"];
      const asked = { version: VERSION, input: QUICK, webhook, webhook_events_filter };
      const created = await client.predictions.create(asked);
      for (const status of ["processing", "succeeded"]) {
        const delivery = await next();
        assert.equal(await validateWebhook(delivery, secret), true);
        const told = JSON.parse(delivery.body);
        assert.deepEqual([told.id, told.status], [created.id, status]);
        const { headers, body } = delivery;
        assert.equal(await validateWebhook({ headers, body: `${body} ` }, secret), false);
        const late = { ...headers, "webhook-timestamp": "1614265330" };
        assert.equal(await validateWebhook({ headers: late, body }, secret), false);
      }
    });
  });

  test("a request of fetch's is verified by the client", async () => {
    const secret = (await client.webhooks.default.secret.get()).key;
    await withReceiver(async (webhook, next) => {
      const webhook_events_filter = ["completed"];
      await client.predictions.create({ version: VERSION, input: QUICK, webhook, webhook_events_filter });
      const { headers, body } = await next();
      delete headers.connection;
      const request = new Request(webhook, { method: "POST", headers, body });
      assert.equal(await validateWebhook(request, secret), true);
    });
  });
});

describe("errors", () => {
  test("a wrong key is refused", async () => {
    const stranger = new Replicate({ auth: "wrong", baseUrl: `${BASE_URL}/v1` });
    await isRefused(401, () => stranger.predictions.create({ version: VERSION, input: QUICK }));
    await isRefused(401, () => stranger.predictions.list());
  });

  test("bad input is refused with its name", async () => {
    for (const wrong of [{ width: 1001 }, { num_outputs: 9 }, { scheduler: "none" }]) {
      const input = { ...QUICK, ...wrong };
      const told = await isRefused(422, () => client.predictions.create({ version: VERSION, input }));
      assert.ok(told.includes(Object.keys(wrong)[0]), told);
    }
    await isRefused(422, () => client.run(MODEL, { input: { width: "wide" } }));
  });

  test("an input that the model does not know is ignored", async () => {
    const created = await client.predictions.create({ version: VERSION, input: { ...QUICK, promt: "x" } });
    assert.equal((await client.wait(created, { interval: 50 })).status, "succeeded");
  });

  test("what does not exist is refused", async () => {
    const none = "0".repeat(64);
    await isRefused(422, () => client.predictions.create({ version: none, input: QUICK }));
    await isRefused(404, () => client.run("nobody/nothing", { input: QUICK }));
    await isRefused(404, () => client.models.get("nobody", "nothing"));
    await isRefused(404, () => client.predictions.get("nothing"));
    await isRefused(404, () => client.predictions.cancel("nothing"));
    await isRefused(404, () => client.files.get("nothing"));
  });

  test("a failed prediction is an error", async () => {
    await failing(async () => {
      for (const wait of [{ mode: "block" }, POLL]) {
        await assert.rejects(() => client.run(MODEL, { input: QUICK, wait }), /E1001/);
      }
      await assert.rejects(async () => {
        for await (const _ of client.stream(MODEL, { input: QUICK }));
      });
    });
  });

  test("trainings are refused", async () => {
    await isRefused(404, client.trainings.list);
  });
});
