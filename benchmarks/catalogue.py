"""The rows of the suite, in the order in which they are measured."""

from benchmarks.report import Row
from benchmarks.rows import end_to_end, first_byte

ROWS = (
    Row("end-to-end", "a generation beside its model calls, and beside one step after another", end_to_end.measure),
    Row("first-byte", "until the stream begins", first_byte.measure),
)
