// Where the emulator is, and what is no client's: deliveries and faults.

const assert = require("node:assert/strict");
const fs = require("node:fs");
const http = require("node:http");
const { setTimeout: sleep } = require("node:timers/promises");

const BASE_URL = process.env.QUICKROUTER_BASE_URL;
const KEY = process.env.QUICKROUTER_API_KEY;

// Takes deliveries while `use` runs.
async function withReceiver(use) {
  const deliveries = [];
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    deliveries.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.end();
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const next = async () => {
    for (let waited = 0; deliveries.length === 0; waited += 50) {
      assert.ok(waited < 20_000, "no delivery came");
      await sleep(50);
    }
    return deliveries.shift();
  };
  try {
    return await use(`http://127.0.0.1:${server.address().port}/deliveries`, next);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function putFaults(body) {
  const answer = await fetch(`${new URL(BASE_URL).origin}/emulator/faults`, {
    method: "PUT",
    headers: { "content-type": "application/json", authorization: `Bearer ${KEY}` },
    body,
  });
  assert.ok(answer.ok, await answer.text());
}

// Every prediction created within fails.
async function failing(use) {
  await putFaults(fs.readFileSync(process.env.FAILING, "utf8"));
  try {
    await use();
  } finally {
    await putFaults(JSON.stringify({ faults: [] }));
  }
}

module.exports = { BASE_URL, KEY, failing, withReceiver };
