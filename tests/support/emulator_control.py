"""Controls the model emulator, and asks it what it was called for."""

from collections.abc import Mapping
from typing import Any, cast

import httpx


class EmulatorControl:
    """The emulator's control address, over one kept connection."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=f"{url}/emulator", trust_env=False)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def reset(self) -> None:
        """Forget faults, rates, latency and counted calls."""
        self.fail()
        self.limit_rates()
        self.delay()
        self._http.delete("/calls").raise_for_status()

    def fail(self, *rules: Mapping[str, Any]) -> None:
        """Let calls fail by these rules, and by no others."""
        self._http.put("/faults", json=list(rules)).raise_for_status()

    def limit_rates(self, limits: dict[str, dict[str, float]] | None = None) -> None:
        """Accept so many calls of a model within some seconds: `{MODEL: {"calls": 10, "seconds": 60}}`."""
        self._http.put("/rates", json=limits or {}).raise_for_status()

    def delay(self, *, text: float = 0, image: float = 0) -> None:
        """Let answers take this many seconds."""
        self._http.put("/latency", json={"text": text, "image": image}).raise_for_status()

    def calls(self, *, full: bool = False) -> dict[str, Any]:
        """Return what was called, counted; with `full`, the prompts too."""
        response = self._http.get("/calls", params={"full": 1} if full else {})
        return cast("dict[str, Any]", response.raise_for_status().json())

    def of(self, kind: str | None = None, subject: str | None = None, *, full: bool = False) -> list[dict[str, Any]]:
        """Return the calls, or those of a kind, or those of a kind and a subject."""
        calls = self.calls(full=full)["calls"]
        return [call for call in calls if kind in {None, call["kind"]} and subject in {None, call["subject"]}]

    def count(self, kind: str | None = None, subject: str | None = None) -> int:
        """Return how many calls there were, or how many of a kind, or how many of a kind and a subject."""
        return len(self.of(kind, subject))

    def prompts(self) -> list[str]:
        """Return the texts of each call."""
        return ["\n".join(call["texts"]) for call in self.of(full=True)]
