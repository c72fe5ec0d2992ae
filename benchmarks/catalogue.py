"""The rows of the suite, in the order in which they are measured."""

from benchmarks.report import Row
from benchmarks.rows import calls, cold_start, delivery_lag, end_to_end, first_byte, history, own_cost

ROWS = (
    Row("end-to-end", "a generation beside its model calls, and beside one step after another", end_to_end.measure),
    Row("own-cost", "a generation with a model that answers at once, beside the same on DBOS", own_cost.measure),
    Row("first-byte", "until the stream begins", first_byte.measure),
    Row("delivery-lag", "from a saved result to its line at the client", delivery_lag.measure),
    Row("calls", "calls of storage and engine a generation", calls.measure),
    Row("history", "an episode's cost as the history grows", history.measure),
    Row("cold-start", "the host's start, beside an empty app's", cold_start.measure),
)
