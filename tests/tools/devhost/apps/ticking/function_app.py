"""A timer that is due once a year, one whose schedule is a setting, and an activity; each records its runs."""
# ruff: noqa: INP001 -- a function app is a folder, not a package

import os
import time
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def _note(text: str) -> None:
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(text + "\n")


@app.function_name("yearly")
@app.timer_trigger("timer", "0 0 0 1 1 *")
def yearly(timer: func.TimerRequest) -> None:
    _note(f"yearly began, past due: {timer.past_due}")
    while Path(os.environ["NOTES"] + ".gate").exists():
        time.sleep(0.01)
    _note("yearly ended")


@app.function_name("at_start")
@app.timer_trigger("timer", "%AT_START%", run_on_startup=True)
@app.durable_client_input(client_name="client")
async def at_start(timer: func.TimerRequest, client: df.DurableOrchestrationClient) -> None:
    _note(f"at_start, past due: {timer.past_due}, instances: {len(await client.get_status_by())}")


@app.function_name("given")
@app.activity_trigger(input_name="text")
def given(text: str) -> None:
    _note(f"given {text}")


@app.function_name("failing")
@app.timer_trigger("timer", "0 0 0 1 1 *")
def failing(timer: func.TimerRequest) -> None:
    raise RuntimeError("on purpose")


@app.function_name("page")
@app.route(route="page")
def page(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("page")
