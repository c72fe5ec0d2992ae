"""A comic as a DBOS workflow: the same 18 steps in the same order and with the same calls; images go to local disk."""

import asyncio
import base64
import contextlib
import json
import sqlite3
import time
import uuid
from pathlib import Path
from typing import TypedDict, cast

import aiohttp
import sqlalchemy.event
from dbos import DBOS, DBOSConfig, SetWorkflowID
from sqlalchemy.pool import ConnectionPoolEntry

from tools.benchmarks.comics_api import MakeComic

_CONNECTIONS = 4
_SUBSECOND_SQLITE = (3, 42)
_TEXT_MODEL, _IMAGE_MODEL = "gemini-3.8-flash", "gemini-nano-banana-2.1"


class _InlineData(TypedDict):
    data: str


class _Part(TypedDict):
    text: str
    inlineData: _InlineData


class Model:
    """The model, asked without any SDK."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, model: str, prompt: str, config: dict[str, object]) -> _Part:
        """Return the first part of the model's answer."""
        if self._session is None:
            self._session = aiohttp.ClientSession(self._url, connector=aiohttp.TCPConnector(limit=0))
        body = {"contents": [{"role": "user", "parts": [{"text": prompt}]}], "generationConfig": config}
        async with self._session.post(f"/v1beta/models/{model}:generateContent", json=body) as answer:
            answer.raise_for_status()
            content = (await answer.json())["candidates"][0]["content"]
        return cast("_Part", content["parts"][0])

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def launch(data: Path, model: Model) -> MakeComic:
    """Start DBOS with all its state below `data`; return what makes one comic. DBOS wants plain functions."""
    _suit_older_sqlite()
    url = _with_wal(data / "dbos.sqlite")
    DBOS(config=DBOSConfig(name="comics", log_level="WARNING", system_database_url=url, sys_db_pool_size=_CONNECTIONS))

    @DBOS.step()
    async def analyse(comic_id: str) -> int:
        text = (await model.ask(_TEXT_MODEL, f"title, characters of {comic_id}", {}))["text"]
        return len(cast("dict[str, list[object]]", json.loads(text))["characters"])

    @DBOS.step()
    async def plan(comic_id: str) -> int:
        schema: dict[str, object] = {"responseJsonSchema": {"panels": ["panelNumber", "cameraAngle"]}}
        text = (await model.ask(_TEXT_MODEL, f"panels of {comic_id}", schema))["text"]
        return len(cast("dict[str, list[object]]", json.loads(text))["panels"])

    @DBOS.step()
    async def draw(comic_id: str, name: str) -> str:
        part = await model.ask(_IMAGE_MODEL, f"{name} of {comic_id}", {"responseModalities": ["IMAGE"]})
        path = data / comic_id / f"{name}.png"
        path.write_bytes(base64.b64decode(part["inlineData"]["data"]))
        return path.name

    @DBOS.workflow()
    async def comic(comic_id: str) -> int:
        characters = await analyse(comic_id)
        drawing = (draw(comic_id, f"character-{index}") for index in range(characters))
        panels, _ = await asyncio.gather(plan(comic_id), asyncio.gather(*drawing))
        await asyncio.gather(*(draw(comic_id, f"panel-{index}") for index in range(panels)))
        return panels

    async def make() -> None:
        comic_id = uuid.uuid4().hex
        await asyncio.to_thread((data / comic_id).mkdir)
        with SetWorkflowID(comic_id):
            await comic(comic_id)

    DBOS.launch()
    return make


def _with_wal(path: Path) -> str:
    """Return the address of a store in which readers and the writer don't wait for each other: the file keeps that."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    return f"sqlite:///{path}"


def _suit_older_sqlite() -> None:
    """Give an SQLite before 3.42 the fractions of a second that DBOS asks `unixepoch` for (Debian 12 has 3.40)."""
    if sqlite3.sqlite_version_info < _SUBSECOND_SQLITE:
        sqlalchemy.event.listen(sqlalchemy.Engine, "connect", _add_unixepoch)


def _add_unixepoch(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.create_function("unixepoch", 1, _now)


def _now(_modifier: str) -> float:
    return time.time()
