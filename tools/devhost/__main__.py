"""``python -m tools.devhost``: run the function app in this directory."""

import argparse
import logging
import os
import sys
from pathlib import Path

from tools.devhost.engine.storage.store import StoreError
from tools.devhost.host import FatalError, HostOptions, run_host
from tools.devhost.http.routes import RouteError
from tools.devhost.log_lines import StructuredLine
from tools.devhost.settings import SettingsError, apply_local_settings, load_host_settings
from tools.devhost.thread import run_until_signal
from tools.devhost.timers.ncrontab import ScheduleError
from tools.devhost.worker.worker import AppLoadError

_DEFAULT_PORT = 7071


def main() -> int:
    options = _parse_arguments()
    try:
        applied = apply_local_settings(options.script_root, os.environ)
        settings = load_host_settings(options.script_root, os.environ)
        _configure_logging()
        if applied:
            logging.getLogger("devhost").info("local.settings.json sets: %s", ", ".join(applied))
        os.chdir(options.script_root)
        run_until_signal(lambda stop: run_host(options, settings, stop, _announce))
    except AppLoadError as error:
        return _fail(f"The app in {options.script_root} could not be loaded:\n\n{error}")
    except (SettingsError, StoreError, RouteError, ScheduleError, FatalError) as error:
        return _fail(str(error))
    return 0


def _parse_arguments() -> HostOptions:
    parser = argparse.ArgumentParser(
        prog="python -m tools.devhost", description="Run an Azure Functions app on this machine."
    )
    parser.add_argument(
        "--port", type=int, default=_DEFAULT_PORT, help="port to serve (0: any free; default %(default)s)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to bind (default %(default)s)")
    parser.add_argument(
        "--script-root", type=Path, default=Path(), help="folder with function_app.py (default: this one)"
    )
    parser.add_argument("--data", type=Path, help="folder for the host's state (default: SCRIPT_ROOT/.data/devhost)")
    parser.add_argument("--ready-file", type=Path, help='file to write {"port", "pid"} to once the host serves')
    parser.add_argument("--enable-auth", action="store_true", help="check access keys (kept in DATA/keys.json)")
    given = parser.parse_args()
    script_root: Path = given.script_root.resolve()
    data: Path = given.data.resolve() if given.data else script_root / ".data" / "devhost"
    return HostOptions(
        script_root=script_root,
        data=data,
        bind_address=given.host,
        port=given.port,
        ready_file=given.ready_file.resolve() if given.ready_file else None,
        enable_auth=given.enable_auth,
    )


def _configure_logging() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(StructuredLine("[%(asctime)s] %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("azure.functions").setLevel(logging.WARNING)  # the worker logs two lines an invocation
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


def _announce(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _fail(message: str) -> int:
    sys.stderr.write(f"\n{message}\n")
    return 1


def _exit_now(status: int) -> None:
    """Leave without joining threads: the app's sync functions may run for minutes, and all state is stored."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    _exit_now(main())
