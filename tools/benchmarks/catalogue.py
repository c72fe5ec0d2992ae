"""The rows of the suite, in the order in which they are measured."""

from tools.benchmarks.report import Row
from tools.benchmarks.rows import (
    activity_memory,
    calls,
    cold_start,
    delivery_lag,
    end_to_end,
    first_byte,
    growth,
    history,
    images,
    large_bodies,
    look_ups,
    own_cost,
    readers,
    refused_requests,
)

ROWS = (
    Row("end-to-end", "a generation beside its model calls, and beside one step after another", end_to_end.measure),
    Row("own-cost", "a generation with a model that answers at once, beside the same on DBOS", own_cost.measure),
    Row("first-byte", "until the stream begins", first_byte.measure),
    Row("delivery-lag", "from a saved result to its line at the client", delivery_lag.measure),
    Row("readers", "1,000 readers of 50 generations, beside readers of an idle stream", readers.measure),
    Row("images", "2 MB images of 20 generations: what is sent, and the host's memory", images.measure),
    Row(
        "activity-memory",
        "memory of a worker with as many activities as host.json allows",
        activity_memory.measure,
    ),
    Row("growth", "a generation beside 1, 1,000 and 100,000 finished instances", growth.measure),
    Row("refused-requests", "until a refusal, while stories are drawn", refused_requests.measure),
    Row("large-bodies", "delay of a stream while many large bodies arrive", large_bodies.measure),
    Row("calls", "calls of storage and engine a generation", calls.measure),
    Row("look-ups", "how often the app asks the engine, and how long results wait for that", look_ups.measure),
    Row("history", "an episode's cost as the history grows", history.measure),
    Row("cold-start", "the host's start, beside an empty app's", cold_start.measure),
)
