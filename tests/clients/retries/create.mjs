// Creates a prediction of each model `answers/NAME` with the JavaScript client that the first argument
// names, once as far as its user can see, for each NAME that follows.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const BASE_URL = `${process.env.QUICKROUTER_BASE_URL}/v1`;
const KEY = process.env.REPLICATE_API_TOKEN;
const prompt = "a red door";
// The client is installed where this runs, not where this is.
const require = createRequire(`${process.cwd()}/`);
const installed = (name) => import(pathToFileURL(require.resolve(name)));

const clients = {
  async replicate() {
    const { default: Replicate } = await installed("replicate");
    const client = new Replicate({ auth: KEY, baseUrl: BASE_URL });
    return (model) => client.predictions.create({ model, input: { prompt } });
  },
  async ai() {
    const { generateImage } = await installed("ai");
    const { createReplicate } = await installed("@ai-sdk/replicate");
    const replicate = createReplicate({ apiToken: KEY, baseURL: BASE_URL });
    return (model) => generateImage({ model: replicate.image(model), prompt });
  },
};

const [client, ...names] = process.argv.slice(2);
const create = await clients[client]();
const told = await Promise.allSettled(names.map((name) => create(`answers/${name}`)));
if (!told.every(({ status }) => status === "rejected")) {
  console.error("a create that no server accepted came back without an error");
  process.exit(1);
}
