"""The app's functions and their bindings, as the worker reports them."""

from dataclasses import dataclass

HTTP_TRIGGER = "httpTrigger"
ORCHESTRATION_TRIGGER = "orchestrationTrigger"
ACTIVITY_TRIGGER = "activityTrigger"
ENTITY_TRIGGER = "entityTrigger"
WARMUP_TRIGGER = "warmupTrigger"
TIMER_TRIGGER = "timerTrigger"
DURABLE_CLIENT = "durableClient"

#: Trigger types that this host supports. Functions with others are logged and skipped.
SUPPORTED_TRIGGERS = frozenset(
    {HTTP_TRIGGER, ORCHESTRATION_TRIGGER, ACTIVITY_TRIGGER, ENTITY_TRIGGER, WARMUP_TRIGGER, TIMER_TRIGGER}
)

#: The binding key that renames a durable function, by trigger type.
_RENAMING_KEYS = {ORCHESTRATION_TRIGGER: "orchestration", ACTIVITY_TRIGGER: "activity", ENTITY_TRIGGER: "entityName"}


@dataclass(frozen=True, slots=True)
class Binding:
    """One entry of a function's ``raw_bindings``."""

    name: str
    type: str
    values: dict[str, object]

    def text(self, key: str) -> str | None:
        """The value of `key` when it is a non-empty string."""
        value = self.values.get(key)
        return value if isinstance(value, str) and value else None

    def texts(self, key: str) -> tuple[str, ...]:
        """The strings in the list at `key`; empty when it is absent."""
        value = self.values.get(key)
        return tuple(str(item) for item in value) if isinstance(value, list) else ()  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- JSON list


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the app."""

    name: str
    function_id: str
    bindings: tuple[Binding, ...]

    @property
    def trigger(self) -> Binding | None:
        """The binding that starts the function."""
        return next((b for b in self.bindings if b.type.lower().endswith("trigger")), None)

    @property
    def trigger_type(self) -> str:
        trigger = self.trigger
        return trigger.type if trigger else "none"

    @property
    def durable_name(self) -> str:
        """The name orchestrations use: the decorator's, else the function's own."""
        trigger = self.trigger
        key = _RENAMING_KEYS.get(self.trigger_type)
        renamed = trigger.text(key) if trigger and key else None
        if renamed is None and trigger and self.trigger_type == ENTITY_TRIGGER:
            renamed = trigger.text("entity_name")
        return renamed or self.name

    def of_type(self, binding_type: str) -> tuple[Binding, ...]:
        return tuple(b for b in self.bindings if b.type == binding_type)
