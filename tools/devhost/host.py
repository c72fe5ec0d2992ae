"""The host: loads the app, serves it, takes up unfinished work, and stops."""

import asyncio
import contextlib
import json
import logging
import os
import secrets
import signal
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.devhost.engine.background import Background, OnFatal
from tools.devhost.engine.clock import system_clock
from tools.devhost.engine.engine import Engine
from tools.devhost.engine.faults import Faults
from tools.devhost.engine.storage.hosts import HostLock
from tools.devhost.engine.storage.store import Store
from tools.devhost.files import write_atomically
from tools.devhost.functions import HTTP_TRIGGER, SUPPORTED_TRIGGERS, WARMUP_TRIGGER, Function
from tools.devhost.http.admin import AdminApi
from tools.devhost.http.keys import load_keys
from tools.devhost.http.limits import RequestLimits
from tools.devhost.http.management import ManagementApi
from tools.devhost.http.proxy import HttpFunctions
from tools.devhost.http.routes import RouteTable
from tools.devhost.http.server import Served, build_server, running_server
from tools.devhost.http.urls import DurableUrls
from tools.devhost.settings import HostSettings, is_disabled
from tools.devhost.thread import WorkerOutlivesHostError
from tools.devhost.timers.monitor import Monitor
from tools.devhost.timers.schedule import Timer, declared_timers
from tools.devhost.timers.single_host import single_host
from tools.devhost.timers.timers import run_when_due
from tools.devhost.worker.invoker import WorkerInvoker
from tools.devhost.worker.protos import ParameterBinding, TypedData
from tools.devhost.worker.runner import FunctionRunner
from tools.devhost.worker.worker import Invocation, Worker

_POLL_S = 0.1
_POLLS_A_BEAT = 10
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

_logger = logging.getLogger("devhost")


class FatalError(Exception):
    """The host has to stop. Its stored state is intact, and a restart continues from it."""


@dataclass(frozen=True, slots=True)
class HostOptions:
    """The command line."""

    script_root: Path
    data: Path
    bind_address: str
    port: int
    ready_file: Path | None
    enable_auth: bool


async def run_host(
    options: HostOptions, settings: HostSettings, stop: asyncio.Future[None], announce: Callable[[str], None]
) -> None:
    """Serve the app until `stop` ends. `announce` prints a line for the person at the terminal.

    Raises:
        AppLoadError: the app does not load.
        ScheduleError: a timer's schedule is not valid.
        FatalError: something failed that needs a restart.
    """
    faults = Faults(os.environ)
    worker = Worker(options.script_root)
    await worker.start()
    functions = _usable(worker.functions)
    timers = declared_timers(functions, os.environ, system_clock())
    await _warm_up(worker, functions)
    listener = _listen(options.bind_address, options.port)
    origin = f"http://{_reachable(options.bind_address)}:{listener.getsockname()[1]}"
    if options.bind_address not in _LOOPBACK and not options.enable_auth:
        _logger.warning(
            "other machines can call the app's functions at %s without a key; check keys with --enable-auth",
            options.bind_address,
        )
    options.data.mkdir(parents=True, exist_ok=True)
    keys = load_keys(options.data / "keys.json", [f.name for f in functions], enforced=options.enable_auth)
    urls = DurableUrls(origin, f"/runtime/rpc/{secrets.token_urlsafe(16)}", settings.hub_name, keys.durable_task)
    served_functions = [f for f in functions if f.trigger_type == HTTP_TRIGGER and settings.serves_http]
    routes = RouteTable(served_functions, settings.route_prefix)
    limits = RequestLimits(max_body_bytes=settings.body_limit_bytes)

    async with contextlib.AsyncExitStack() as opened:
        runner = FunctionRunner(worker, settings.function_timeout_s, urls.binding)
        store = Store(options.data / "durable.sqlite")
        opened.callback(store.close)
        lock = HostLock(options.data / "hosts", host_id=str(uuid.uuid4()))
        opened.callback(lock.release)
        engine = Engine(
            store, WorkerInvoker(runner, functions), settings.engine, faults, _stop_with(stop), host_id=lock.host_id
        )
        opened.push_async_callback(engine.close)
        background = Background(_stop_with(stop))
        opened.push_async_callback(background.close)
        http = HttpFunctions(runner, limits)
        await http.open()
        opened.push_async_callback(http.close)
        served = Served(
            routes=routes,
            functions=http,
            management=ManagementApi(engine, urls, limits, knows_app=False),
            own_management=ManagementApi(engine, urls, limits, knows_app=True),
            admin=AdminApi(functions, routes, timers, runner, background, limits),
            urls=urls,
            keys=keys,
        )
        # Before the first request, so that a client's new instance is not counted as unfinished work. The socket
        # already listens: recovered functions that call the host wait a moment.
        await _release_dead_hosts(engine, lock)
        unfinished = await engine.claim_work()
        abort_http = await opened.enter_async_context(running_server(build_server(served), listener, limits))
        background.start(_watch_other_hosts(engine, lock), name="other-hosts")
        if settings.engine.is_worker:
            _start_timers(timers, store, runner, background, options.data)

        _announce_start(announce, origin, routes, functions, unfinished)
        if options.ready_file is not None:
            write_atomically(options.ready_file, json.dumps({"port": listener.getsockname()[1], "pid": os.getpid()}))
        try:
            await stop
        except WorkerOutlivesHostError:
            abort_http()
            store.freeze()
            lock.drop()
            await _linger(background, faults.linger_s)


async def _linger(background: Background, seconds: float) -> None:
    """Let running activities continue for a while; then end the process like ``kill -9``."""
    _logger.warning(
        "SIGUSR1: the host stops serving; running activities continue for %.0f s, and their results are lost", seconds
    )
    loop = asyncio.get_running_loop()
    loop.call_later(seconds, os.kill, os.getpid(), signal.SIGKILL)
    await background.close()
    await loop.create_future()


async def _release_dead_hosts(engine: Engine, lock: HostLock) -> None:
    with lock.dead_hosts(engine.hosts_with_work()) as dead_hosts:
        await engine.release_dead_hosts(dead_hosts)


async def _watch_other_hosts(engine: Engine, lock: HostLock) -> None:
    """Take up work that other hosts put into the store, or had when they were killed."""
    while True:
        lock.beat()
        for _ in range(_POLLS_A_BEAT):
            await asyncio.sleep(_POLL_S)
            await engine.poll_other_hosts()
        await _release_dead_hosts(engine, lock)


def _start_timers(
    timers: list[Timer], store: Store, runner: FunctionRunner, background: Background, data: Path
) -> None:
    """Run the timers, each once no other host on the same data folder runs it."""
    monitor = Monitor(store)

    async def run(timer: Timer, timer_info: str) -> Invocation:
        return await runner.run(timer.function, TypedData(json=timer_info))

    async def keep(timer: Timer) -> None:
        async with single_host(data / f"timer-{timer.function.name}.lock"):
            await run_when_due(timer, monitor, run)

    for timer in timers:
        background.start(keep(timer), name=f"timer-{timer.function.name}")


def _stop_with(stop: asyncio.Future[None]) -> OnFatal:
    def fail(name: str, error: BaseException) -> None:
        _logger.error("background task %r failed", name, exc_info=error)
        if not stop.done():
            text = f"The host stopped because {name!r} failed: {type(error).__name__}: {error}."
            stop.set_exception(FatalError(f"{text} Restart the host to continue."))

    return fail


def _usable(functions: tuple[Function, ...]) -> list[Function]:
    """Return the functions that this host can trigger, and log the others."""
    usable: list[Function] = []
    for function in functions:
        if is_disabled(function.name, os.environ):
            _logger.info("function %r is disabled", function.name)
        elif function.trigger_type not in SUPPORTED_TRIGGERS:
            _logger.warning("function %r: trigger %s is not supported here", function.name, function.trigger_type)
        else:
            usable.append(function)
    return usable


async def _warm_up(worker: Worker, functions: list[Function]) -> None:
    """Run the app's warm-up function before the first request, as the platform does on a new instance."""
    for function in functions:
        if function.trigger_type == WARMUP_TRIGGER and function.trigger is not None:
            context = ParameterBinding(function.trigger.name, TypedData(json="{}"))
            result = await worker.invoke(function, [context])
            if result.error is not None:
                _logger.warning("the warm-up function %r failed: %s", function.name, result.error)


def _listen(bind_address: str, port: int) -> socket.socket:
    try:
        return socket.create_server((bind_address, port), backlog=512)
    except OSError as error:
        raise FatalError(
            f"Cannot listen on {bind_address}:{port}: {error.strerror}. Choose another port with --port (0: any free)."
        ) from error


def _reachable(bind_address: str) -> str:
    return "127.0.0.1" if bind_address in ("0.0.0.0", "::", "") else bind_address  # noqa: S104 -- compared, not bound


def _announce_start(
    announce: Callable[[str], None], origin: str, routes: RouteTable, functions: list[Function], unfinished: int
) -> None:
    announce("\nFunctions:\n")
    for route in sorted(routes.routes, key=lambda route: route.function.name):
        methods = ",".join(sorted(route.methods))
        announce(f"\t{route.function.name}: {f'[{methods}] ' if methods else ''}{origin}/{route.path}\n")
    for function in sorted(functions, key=lambda function: function.name):
        if function.trigger_type != HTTP_TRIGGER:
            announce(f"\t{function.name}: {function.trigger_type}\n")
    if unfinished:
        announce(f"Taking up {unfinished} unfinished orchestration(s).")
    announce(f"Host started: {origin} (process {os.getpid()})")
