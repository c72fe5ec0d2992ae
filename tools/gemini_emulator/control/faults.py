"""Fault injection: rules that say which calls fail, and how.

The first rule that applies decides. Each rule counts the calls it matches, from 1.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated, Literal, Self

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, model_validator

from tools.gemini_emulator.prompt import Kind
from tools.gemini_emulator.wire.refusals import REFUSAL_NAMES

type FaultName = Literal[
    "429", "503", "500", "408", "400", "403", "404", "refused", "raw", "slow", "hang", "cut", "garbage", "wrong-shape",
    "truncated", "empty", "prompt-blocked", "finish", "no-image", "bad-image", "too-many-characters", "zero-panels",
    "forty-panels", "unknown-characters", "in-code-fence", "in-prose", "in-list", "after-thought", "trailing-commas",
    "cut-after-item", "untitled", "nested", "odd-finish", "thought-image", "several-images", "usage",
]  # fmt: skip


class CallRange(BaseModel):
    """Numbers of matching calls, from 1, both ends included; without `to` all later calls."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid", frozen=True)

    first: int = Field(default=1, alias="from", ge=1)
    last: int | None = Field(default=None, alias="to")


class FaultRule(BaseModel):
    """Which calls fail (all given conditions must hold), and how.

    `reason` is why a prompt is blocked or an answer ends, or the name of a refusal (`gemini_emulator.wire.refusals`).
    `message` is the message of the error, the finish message, or the text that replaces the result.
    `usage` replaces the token counts.
    `retry_info` ("17s") and `retry_after` (seconds or a date) go with an HTTP error. A `raw` answer has the `status`,
    the `headers` and the `body` of the rule; `body` is base64.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind | None = None
    model: str | None = None
    contains: str | None = None
    subject: str | None = None
    calls: Literal["all"] | tuple[Annotated[int, Field(ge=1)], ...] | CallRange = "all"
    rate: Annotated[float, Field(ge=0, le=1)] = 1.0
    seed: int = 0
    fault: FaultName
    reason: str | int = "SAFETY"
    message: str | None = None
    seconds: Annotated[float, Field(ge=0)] = 30.0
    retry_info: str | None = None
    retry_after: str | None = None
    status: Annotated[int, Field(ge=200, le=599)] = 500
    headers: dict[str, str] = {}
    body: Base64Bytes = b""
    usage: dict[str, JsonValue] = {}

    @model_validator(mode="before")
    @classmethod
    def _codes_may_be_numbers(cls, rule: object) -> object:
        if not isinstance(rule, dict):
            return rule
        for name in ("fault", "subject"):
            if isinstance(rule.get(name), int):  # pyright: ignore[reportUnknownMemberType]
                rule = {**rule, name: str(rule[name])}  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
        return rule  # pyright: ignore[reportUnknownVariableType]

    @model_validator(mode="after")
    def _refusal_exists(self) -> Self:
        if self.fault == "refused" and self.reason not in REFUSAL_NAMES:
            raise ValueError(f"unknown refusal: use one of {', '.join(sorted(REFUSAL_NAMES))}")
        return self


FAULT_RULES: TypeAdapter[list[FaultRule]] = TypeAdapter(list[FaultRule])


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The facts about a call that a rule can check."""

    kind: Kind
    model: str
    subject: str | None
    prompt_text: str


@dataclass
class FaultPlan:
    """The current rules and their counts. Not thread-safe: used on the event loop only."""

    rules: list[FaultRule] = field(default_factory=list[FaultRule])
    _matches: Counter[int] = field(default_factory=Counter[int])
    _matches_of_subject: Counter[tuple[int, str, str | None]] = field(
        default_factory=Counter[tuple[int, str, str | None]]
    )

    def replace(self, rules: list[FaultRule]) -> None:
        self.rules = rules
        self._matches.clear()
        self._matches_of_subject.clear()

    def decide(self, call: CallFacts) -> FaultRule | None:
        """Return the rule that makes this call fail, if any."""
        decision: FaultRule | None = None
        for index, rule in enumerate(self.rules):
            if _matches(rule, call):
                # every rule counts what it matches, also when an earlier one decides
                applies = self._applies(index, rule, call)
                decision = decision or (rule if applies else None)
        return decision

    def _applies(self, index: int, rule: FaultRule, call: CallFacts) -> bool:
        self._matches[index] += 1
        subject = (index, call.kind, call.subject)
        self._matches_of_subject[subject] += 1
        if not _is_among(self._matches[index], rule):
            return False
        return rule.rate >= 1 or _draw(rule, call, self._matches_of_subject[subject]) < rule.rate


def _matches(rule: FaultRule, call: CallFacts) -> bool:
    return (
        rule.kind in {None, call.kind}
        and rule.model in {None, call.model}
        and rule.subject in {None, call.subject}
        and (rule.contains is None or rule.contains in call.prompt_text)
    )


def _is_among(number: int, rule: FaultRule) -> bool:
    match rule.calls:
        case "all":
            return True
        case CallRange(first=first, last=last):
            return first <= number and (last is None or number <= last)
        case numbers:
            return number in numbers


def _draw(rule: FaultRule, call: CallFacts, attempt: int) -> float:
    """Return a number in 0..1 that does not depend on the order in which concurrent calls arrive."""
    key = f"{rule.seed}/{rule.fault}/{call.kind}/{call.subject}/{attempt}"
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6]) / 2**48
