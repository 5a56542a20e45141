"""Creates a prediction of each model `answers/NAME` with the Python client that the first argument names,
once as far as its user can see, for each NAME that follows."""

import concurrent.futures
import os
import sys

BASE_URL = os.environ["QUICKROUTER_BASE_URL"]
KEY = os.environ["REPLICATE_API_TOKEN"]
PROMPT = "a red door"


def replicate1():
    import replicate

    client = replicate.Client(api_token=KEY, base_url=BASE_URL)
    return lambda model: client.models.predictions.create(model=model, input={"prompt": PROMPT})


def replicate2():
    import replicate

    client = replicate.Replicate(bearer_token=KEY, base_url=f"{BASE_URL}/v1")

    def create(model):
        owner, name = model.split("/")
        client.models.predictions.create(model_owner=owner, model_name=name, input={"prompt": PROMPT})

    return create


def langchain():
    from langchain_community.llms import Replicate

    return lambda model: Replicate(model=model).invoke(PROMPT)


def litellm():
    import litellm

    messages = [{"role": "user", "content": PROMPT}]
    return lambda model: litellm.completion(model=f"replicate/{model}", messages=messages)


def litellm_router():
    import litellm

    messages = [{"role": "user", "content": PROMPT}]

    def create(model):
        deployment = {"model_name": model, "litellm_params": {"model": f"replicate/{model}"}}
        litellm.Router(model_list=[deployment]).completion(model=model, messages=messages)

    return create


def refused(create, name):
    try:
        create(f"answers/{name}")
    except Exception:  # whichever the client raises
        return True
    return False


create = {f.__name__: f for f in [replicate1, replicate2, langchain, litellm, litellm_router]}[sys.argv[1]]()
with concurrent.futures.ThreadPoolExecutor(len(sys.argv)) as pool:
    told = list(pool.map(lambda name: refused(create, name), sys.argv[2:]))
if not all(told):
    sys.exit("a create that no server accepted came back without an error")
