"""What tests tell the model emulator, and ask of it."""

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
        self.delay(text=0, image=0)
        self._http.delete("/calls").raise_for_status()

    def fail(self, *rules: dict[str, Any]) -> None:
        """Let calls fail by these rules, and by no others."""
        self._http.put("/faults", json=list(rules)).raise_for_status()

    def limit_rates(self, limits: dict[str, dict[str, float]] | None = None) -> None:
        """Admit so many calls of a model within some seconds: `{MODEL: {"calls": 10, "seconds": 60}}`."""
        self._http.put("/rates", json=limits or {}).raise_for_status()

    def delay(self, *, text: float, image: float) -> None:
        """Let answers take this many seconds."""
        self._http.put("/latency", json={"text": text, "image": image}).raise_for_status()

    def calls(self, *, full: bool = False) -> dict[str, Any]:
        """Return what was called, counted; with `full`, the prompts too."""
        response = self._http.get("/calls", params={"full": 1} if full else {})
        return cast("dict[str, Any]", response.raise_for_status().json())
