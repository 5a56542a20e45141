// The AI SDK with `@ai-sdk/replicate` against the emulator: what their documentation shows, first.

import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, test } from "node:test";
import { createReplicate } from "@ai-sdk/replicate";
import { experimental_generateVideo as generateVideo, generateImage } from "ai";

const BASE_URL = process.env.QUICKROUTER_BASE_URL;
const KEY = process.env.QUICKROUTER_API_KEY;
const SDXL = "stability-ai/sdxl";
const LIGHTNING =
  "bytedance/sdxl-lightning-4step:5599ed30703defd1d160a25a63321b4dec97101d98b4674bcc56e41f62f35637";
const PNG = Buffer.from("89504e470d0a1a0a", "hex");
const QUICK = { width: 256, height: 256, num_inference_steps: 10 };
const prompt = "The Loch Ness Monster getting a manicure";

const at = (apiToken) => createReplicate({ apiToken, baseURL: `${BASE_URL}/v1` });
const replicate = at(KEY);

function isPicture({ mediaType, uint8Array }) {
  assert.equal(mediaType, "image/png");
  assert.deepEqual(Buffer.from(uint8Array.subarray(0, 8)), PNG);
}

async function told(path) {
  const answer = await fetch(`${BASE_URL}/v1${path}`, { headers: { authorization: `Bearer ${KEY}` } });
  assert.equal(answer.status, 200);
  return answer.json();
}

// The predictions that `use` creates, oldest first.
async function created(use) {
  const before = (await told("/predictions")).results.map(({ id }) => id);
  await use();
  const after = (await told("/predictions")).results.filter(({ id }) => !before.includes(id));
  return Promise.all(after.reverse().map(({ id }) => told(`/predictions/${id}`)));
}

async function failing(use) {
  const put = async (body) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${KEY}` };
    const answer = await fetch(`${new URL(BASE_URL).origin}/emulator/faults`, { method: "PUT", headers, body });
    assert.ok(answer.ok, await answer.text());
  };
  await put(fs.readFileSync(process.env.FAILING, "utf8"));
  try {
    await use();
  } finally {
    await put(JSON.stringify({ faults: [] }));
  }
}

describe("pictures", () => {
  test("a model of the docs makes a picture", async () => {
    const model = replicate.image("black-forest-labs/flux-schnell");
    const { image } = await generateImage({ model, prompt, aspectRatio: "16:9" });
    isPicture(image);
  });

  test("options of a model reach it", async () => {
    const [prediction] = await created(async () => {
      const { image, warnings } = await generateImage({
        model: replicate.image("recraft-ai/recraft-v3"),
        prompt,
        size: "1365x1024",
        providerOptions: { replicate: { style: "realistic_image" } },
      });
      isPicture(image);
      assert.deepEqual(warnings, []);
    });
    const { style, size } = prediction.input;
    assert.deepEqual([style, size], ["realistic_image", "1365x1024"]);
  });

  test("a version makes a picture", async () => {
    const [prediction] = await created(async () => {
      isPicture((await generateImage({ model: replicate.image(LIGHTNING), prompt })).image);
    });
    assert.equal(prediction.version, LIGHTNING.split(":")[1]);
  });

  test("a model of the contract makes pictures, each by a create of its own", async () => {
    const predictions = await created(async () => {
      const { images } = await generateImage({
        model: replicate.image(SDXL),
        prompt,
        n: 2,
        seed: 7,
        providerOptions: { replicate: { ...QUICK, negative_prompt: "blurry" } },
      });
      assert.equal(images.length, 2);
      images.forEach(isPicture);
    });
    assert.equal(predictions.length, 2);
    for (const { input } of predictions) {
      assert.deepEqual([input.seed, input.num_outputs, input.negative_prompt], [7, 1, "blurry"]);
    }
  });

  test("an input that the model does not know is ignored", async () => {
    const model = replicate.image("ideogram-ai/ideogram-v2-turbo");
    isPicture((await generateImage({ model, prompt, aspectRatio: "16:9" })).image);
    isPicture((await generateImage({ model: replicate.image(SDXL), prompt, size: "512x512" })).image);
  });

  test("a picture is edited, also under a mask", async () => {
    const edit = async (model, mask) => {
      const [prediction] = await created(async () => {
        const text = "Turn the cat into a golden retriever dog";
        const { image } = await generateImage({
          model: replicate.image(model),
          prompt: { text, images: [PNG], ...(mask && { mask }) },
        });
        isPicture(image);
      });
      return prediction.input;
    };
    const inline = `data:image/png;base64,${PNG.toString("base64")}`;
    assert.equal((await edit("black-forest-labs/flux-fill-dev")).image, inline);
    assert.equal((await edit("black-forest-labs/flux-fill-pro", PNG)).mask, inline);
    const [prediction] = await created(async () => {
      const model = replicate.image("black-forest-labs/flux-2-pro");
      isPicture((await generateImage({ model, prompt: { text: prompt, images: [PNG, PNG] } })).image);
    });
    assert.deepEqual([prediction.input.input_image, prediction.input.input_image_2], [inline, inline]);
  });
});

describe("videos", () => {
  // It downloads from no address of this machine on its own.
  async function download({ url }) {
    const answer = await fetch(url);
    assert.equal(answer.status, 200);
    return { data: new Uint8Array(await answer.arrayBuffer()), mediaType: undefined };
  }
  const model = replicate.video("minimax/video-01-live");
  const options = { model, prompt: { text: prompt, image: PNG }, download };
  const poll = { pollIntervalMs: 50, maxWaitTimeInSeconds: 1, first_frame_image: "https://example.com/a.png" };

  test("a video is waited for and downloaded", async () => {
    const { video, providerMetadata } = await generateVideo({ ...options, providerOptions: { replicate: poll } });
    // The box that begins every MP4 file: https://www.iana.org/assignments/media-types/video/mp4
    assert.equal(Buffer.from(video.uint8Array.subarray(4, 8)).toString(), "ftyp");
    const { predictionId, metrics } = providerMetadata.replicate;
    assert.equal((await told(`/predictions/${predictionId}`)).status, "succeeded");
    assert.ok(metrics.predict_time > 0);
  });
});

describe("errors", () => {
  const refuses = (call, status, told) =>
    assert.rejects(call, (error) => {
      assert.equal(error.name, "AI_APICallError", error.stack);
      assert.equal(error.statusCode, status);
      assert.match(error.message, told);
      return true;
    });

  test("a wrong key is refused in the gateway's words", async () => {
    await refuses(() => generateImage({ model: at("wrong").image(SDXL), prompt }), 401, /authentication token/);
  });

  test("bad input is refused with its name", async () => {
    const providerOptions = { replicate: { num_outputs: 9 } };
    await refuses(() => generateImage({ model: replicate.image(SDXL), prompt, providerOptions }), 422, /num_outputs/);
  });

  test("a failed prediction is an error, and is created once", async () => {
    await failing(async () => {
      const predictions = await created(() =>
        assert.rejects(() => generateImage({ model: replicate.image(SDXL), prompt }), /Invalid JSON response/),
      );
      assert.deepEqual(predictions.map(({ status }) => status), ["failed"]);
    });
  });

  test("an aborted signal ends the call", async () => {
    const abortSignal = AbortSignal.timeout(200);
    const providerOptions = { replicate: { num_inference_steps: 500 } };
    await assert.rejects(
      () => generateImage({ model: replicate.image(SDXL), prompt, abortSignal, providerOptions }),
      { name: "TimeoutError" },
    );
  });

  test("there are no language models", () => {
    assert.throws(() => replicate.languageModel("meta/meta-llama-3-8b-instruct"), { name: "AI_NoSuchModelError" });
  });
});
