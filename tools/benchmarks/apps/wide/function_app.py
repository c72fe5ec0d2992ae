"""The app on a host that runs as many activities at once as there are, so that many generations can be held midway."""

from tools.benchmarks.apps.app import load_app

app = load_app()
