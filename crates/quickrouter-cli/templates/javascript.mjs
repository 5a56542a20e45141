// Makes a prediction of {{ model }} like {{ id }}, and saves its files here.
//
// It needs Node.js 18 or later, and the API key in QUICKROUTER_API_KEY. Every run costs money.
import { writeFile } from "node:fs/promises";

const BASE_URL = process.env.QUICKROUTER_BASE_URL ?? {{ base_url }};
const PATH = {{ create_path }};
const BODY = {{ body }};
const TERMINAL = {{ terminal }};
const SUCCEEDED = {{ succeeded }};
const SECONDS = 600; // how long to wait for the end

const key = process.env.QUICKROUTER_API_KEY;
if (!key) stop("set QUICKROUTER_API_KEY");

function stop(message) {
  console.error(message);
  process.exit(1);
}

// Redirects are not followed: the key goes to the gateway only.
function call(path, body) {
  return fetch(BASE_URL + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(60_000),
  });
}

// Sent once: whether a create that got no answer was accepted, and is billed, is unknown.
async function create() {
  let response;
  try {
    response = await call(PATH, typeof BODY === "string" ? BODY : JSON.stringify(BODY));
    if (response.ok) {
      const prediction = await response.json();
      if (typeof prediction?.id === "string") return prediction;
      throw new Error(`there is no id in ${JSON.stringify(prediction)}`);
    }
  } catch (error) {
    stop(`it is unknown whether the prediction was created; check before a retry: ${error}`);
  }
  stop(`the gateway refused it: ${response.status} ${await response.text()}`);
}

async function wait(prediction) {
  const deadline = Date.now() + SECONDS * 1000;
  while (!TERMINAL.includes(prediction.status)) {
    if (Date.now() > deadline) {
      stop(`prediction ${prediction.id} has not ended in ${SECONDS} s; it may still run`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    try {
      const path = {{ get_path }}.replace("{prediction_id}", encodeURIComponent(prediction.id));
      const response = await call(path);
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      prediction = Object.assign({}, prediction, await response.json());
    } catch (error) {
      console.error(`asking again: ${error}`);
    }
  }
  return prediction;
}

async function save(prediction) {
  for (const [number, item] of [prediction.output].flat().entries()) {
    if (!/^(https?|data):/.test(item)) {
      console.log(item);
      continue;
    }
    const response = await fetch(item, { signal: AbortSignal.timeout(60_000) }); // without the key
    if (!response.ok) stop(`${item} could not be fetched: ${response.status}`);
    const type = response.headers.get("content-type") ?? "";
    const extension = type.match(/^[a-z]+\/([a-z0-9]+)/)?.[1] ?? "bin";
    const name = `${prediction.id.replace(/[^A-Za-z0-9_-]/g, "_")}-${number}.${extension}`;
    await writeFile(name, Buffer.from(await response.arrayBuffer()), { flag: "wx" });
    console.log(name);
  }
}

const finished = await wait(await create());
if (finished.status !== SUCCEEDED) {
  stop(`prediction ${finished.id} ${finished.status}: ${finished.error}`);
}
await save(finished);
