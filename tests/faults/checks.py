"""The guarantees for a generation, checked by what its readers got, the model calls, and the deaths of the host.

The rules for model calls: a step makes one call; after one that failed in a passing way, one more; after one that was
blocked, none. Each death of the host, or of a worker that outlived it, may cost the call that it cut off, unless its
result was saved before. An activity that is delivered twice makes no further call.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.faults.calls import Call, StepKey
from tests.faults.findings import Finding, FindingKind
from tests.faults.incidents import HostDeath
from tests.support.contract_check import JsonObject, check_stream, has_number

ANALYSIS = StepKey("analysis", None)
CHUNKING = StepKey("chunking", None)
MOST_CALLS_A_LIFE = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """A generation as its reader from 0 got it: all messages of that response, and the numbered ones of them."""

    generation_id: str
    messages: Sequence[JsonObject]

    @property
    def results(self) -> list[JsonObject]:
        """The messages that are numbered."""
        return [message for message in self.messages if has_number(message)]

    @property
    def characters(self) -> list[str]:
        """The characters' names, in order; none before the analysis."""
        analysis = [message for message in self.results if message["type"] == "analysis"]
        return [character["name"] for message in analysis for character in message["data"]["characters"]]

    @property
    def panels(self) -> int:
        """How many panels are planned; 0 before the breakdown."""
        return sum(len(message["data"]["panels"]) for message in self.results if message["type"] == "chunks")

    @property
    def is_complete(self) -> bool:
        """Whether the generation ran to its end."""
        return self.results[-1]["type"] == "complete"

    def step_of(self, kind: str, index: int) -> StepKey:
        """Return the step of a character or a panel."""
        return StepKey(kind, self.characters[index] if kind == "character" else str(index + 1))

    def succeeded(self) -> set[StepKey]:
        """Return the steps that have a result."""
        return {step for message in self.results if (step := _made(message)) is not None}

    def failed(self) -> set[StepKey]:
        """Return the steps that failed for good; the step of a critical end is the first text that is missing."""
        return {
            self.step_of(message["step"], message["index"])
            if message["step"] in {"character", "panel"}
            else (CHUNKING if ANALYSIS in self.succeeded() else ANALYSIS)
            for message in self.results
            if message["type"] == "error"
        }

    def planned(self) -> set[StepKey]:
        """Return every step that this generation may make calls for."""
        text = {ANALYSIS, CHUNKING} if self.characters else {ANALYSIS}
        characters = {StepKey("character", name) for name in self.characters}
        return text | characters | {StepKey("panel", str(number + 1)) for number in range(self.panels)}

    def blob_of(self, step: StepKey) -> str:
        """Return the name of the blob that holds the step's result."""
        match step.kind:
            case "analysis":
                name = "analysis.json"
            case "chunking":
                name = "chunks.json"
            case "character":
                name = f"characters/{self.characters.index(step.subject or '')}/1"
            case _:
                name = f"panels/{int(step.subject or '') - 1}/1"
        return f"{self.generation_id}/{name}"


def _made(message: JsonObject) -> StepKey | None:
    """Return the step whose result the message is, if it is one's."""
    match message["type"]:
        case "analysis":
            return ANALYSIS
        case "chunks":
            return CHUNKING
        case "character":
            return StepKey("character", message["data"]["name"])
        case "panel":
            return StepKey("panel", str(message["data"]["panelNumber"]))
        case _:
            return None


def check_outcome(outcome: Outcome) -> Iterator[Finding]:
    """Check the whole stream against the contract: every message, `seq` without a gap, one end."""
    try:
        check_stream(outcome.messages)
    except AssertionError as error:
        yield Finding("contract", outcome.generation_id, str(error))


def check_same(
    generation_id: str, got: Sequence[JsonObject], whole: Sequence[JsonObject], who: str
) -> Iterator[Finding]:
    """Compare what a reader got, over all its connections, with what the reader from 0 got."""

    def found(kind: FindingKind, text: str) -> Finding:
        return Finding(kind, generation_id, f"{who}: {text}")

    if len(got) < len(whole):
        yield found("lost", f"got {len(got)} of {len(whole)} results")
    if len(got) > len(whole):
        yield found("doubled", f"got {len(got)} results where {len(whole)} are")
    for one, other in zip(got, whole, strict=False):
        if one != other:
            yield found("changed", f"result {one['seq']} was {_short(one)} and is {_short(other)}")


def check_calls(outcome: Outcome, calls: Iterable[Call], deaths: Sequence[HostDeath]) -> Iterator[Finding]:
    """Check that the generation's calls are those that the rules allow, and that its ends follow from them."""
    by_step: dict[StepKey, list[Call]] = defaultdict(list)
    for call in calls:
        by_step[call.step].append(call)
    for step in by_step.keys() - outcome.planned():
        yield Finding("call", outcome.generation_id, f"calls for a step that is not planned: {_name(step)}")
    for step in sorted(outcome.planned(), key=_name):
        yield from _Step(outcome, step, by_step[step], deaths).check()


def least_calls(outcome: Outcome, calls: Iterable[Call]) -> int:
    """Return the fewest calls that the generation could have come to this end with."""
    if outcome.is_complete:
        return 2 + len(outcome.characters) + outcome.panels
    return len({call.step for call in calls})


@dataclass(frozen=True, slots=True)
class _Step:
    """One step: its calls in order, and the deaths of the host meanwhile."""

    outcome: Outcome
    step: StepKey
    calls: Sequence[Call]
    deaths: Sequence[HostDeath]

    def check(self) -> Iterator[Finding]:
        yield from self._check_saved()
        yield from self._check_lives()
        yield from self._check_repetitions()
        if self.step in self.outcome.failed():
            yield from self._check_failure()
        elif self.step in self.outcome.succeeded() and not any(call.may_be_good for call in self.calls):
            yield self._found("a result without a usable answer of the model")

    def _check_saved(self) -> Iterator[Finding]:
        for death in self.deaths:
            if self.outcome.blob_of(self.step) in death.saved and any(
                call.number > death.last_call for call in self.calls
            ):
                yield self._found(f"paid for again after the host died ({death.how}), though its result was saved")

    def _check_lives(self) -> Iterator[Finding]:
        """Each life of the host makes at most two calls; all together two, and one more for each that was cut off."""
        lives = [0] * (len(self.deaths) + 1)
        for call in self.calls:
            lives[sum(call.number > death.last_call for death in self.deaths)] += 1
        allowed = MOST_CALLS_A_LIFE + sum(1 for life in lives[:-1] if life)
        if max(lives) > MOST_CALLS_A_LIFE or len(self.calls) > allowed:
            yield self._found(f"{len(self.calls)} calls where at most {allowed} are allowed")

    def _check_repetitions(self) -> Iterator[Finding]:
        """After an answer that is usable, or final, only the host's death makes another call."""
        for call, following in zip(self.calls, self.calls[1:], strict=False):
            if (call.is_good or call.is_blocked) and not self._died_between(call, following):
                yield self._found(f"called again after an answer that stands (fault: {call.fault})")

    def _check_failure(self) -> Iterator[Finding]:
        bad = [call for call in self.calls if not call.is_good and not call.was_cut_off]
        if len(bad) < MOST_CALLS_A_LIFE and not any(call.is_blocked for call in bad):
            yield self._found("given up without two failed attempts and without a blocked one")

    def _died_between(self, call: Call, following: Call) -> bool:
        return any(call.number <= death.last_call < following.number for death in self.deaths)

    def _found(self, text: str) -> Finding:
        shown = "; ".join(f"#{call.number} {call.status} {call.fault or 'no fault'}" for call in self.calls)
        return Finding("call", self.outcome.generation_id, f"{_name(self.step)}: {text} [{shown}]")


def _name(step: StepKey) -> str:
    return f"{step.kind} {step.subject or ''}".strip()


def _short(message: JsonObject) -> str:
    return str(message)[:200]
