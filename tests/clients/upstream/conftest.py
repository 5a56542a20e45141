"""Runs the tests of Python's `replicate` that need a network against the emulator.

Its source distribution has these tests, but neither their `conftest.py` nor their recordings: this is
put in its place, and the recordings are not needed."""

import os

import pytest

skip_if_no_token = pytest.mark.needs_token

# It downloads its input from the internet.
NOT_RUN = "test_file_prediction"
TRAININGS = "the emulator does not train models"
BLOCKING = "the recorded gateway answers a blocking create before the end, as `processing`"
NEW_MODELS = "the emulator's models come from its catalog, not from POST /v1/models"
# Those that cannot pass, and why.
CANNOT = {
    "test_models_list_pagination": "the catalog fits on one page",
    "test_models_create": NEW_MODELS,
    "test_models_create_with_positional_arguments": NEW_MODELS,
    "test_models_predictions_create": "it expects another model's name, as the gateway had it for a while",
    "test_models_predictions_create_blocking": BLOCKING,
    "test_predictions_create_blocking": BLOCKING,
    "test_predictions_get": "it reads a prediction of somebody's account",
    "test_run": "it expects outputs at https",
    "test_trainings_create": TRAININGS,
    "test_trainings_create_with_named_version_argument": TRAININGS,
    "test_trainings_create_with_positional_argument": TRAININGS,
    "test_trainings_get": TRAININGS,
    "test_trainings_cancel": TRAININGS,
    "test_trainings_cancel_instance_method": TRAININGS,
}
# There an asynchronous form does nothing.
RETURNS_AT_ONCE = [
    "test_trainings_create_with_named_version_argument[True]",
    "test_trainings_create_with_positional_argument[True]",
    "test_trainings_cancel_instance_method[True]",
]


def pytest_configure(config):
    config.addinivalue_line("markers", "vcr(name): has a recording")
    config.addinivalue_line("markers", "needs_token: needs a key")


def pytest_collection_modifyitems(config, items):
    def on_a_network(item):
        marked = any(item.iter_markers("vcr")) or any(item.iter_markers("needs_token"))
        return marked and item.originalname != NOT_RUN

    own = [item for item in items if on_a_network(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in own])
    items[:] = own
    for item in items:
        if item.originalname in CANNOT and item.name not in RETURNS_AT_ONCE:
            item.add_marker(pytest.mark.xfail(strict=True, reason=CANNOT[item.originalname]))


@pytest.fixture
def record_mode():
    return "none"


@pytest.fixture
def mock_replicate_api_token():
    assert os.environ["REPLICATE_API_TOKEN"]
