"""What the administrator's calls answer, as lines for a terminal."""

from shared.models.http.admin import AdminGeneration, AdminGenerations, AdminMetrics, Durations, ItemCounts
from shared.models.usage import UsageReport
from shared.text.clean import one_line


def describe_generations(page: AdminGenerations) -> str:
    """Return a line for each generation, and how to see more."""
    lines = [_line(generation) for generation in page.generations] or ["no generations here"]
    if page.next_token is not None:
        lines.append(f"more: --token {one_line(page.next_token)}")
    return "\n".join(lines)


def describe_metrics(metrics: AdminMetrics) -> str:
    """Return the metrics, a line each."""
    counts = metrics.generations
    rate = "none ended" if metrics.completion_rate is None else f"{metrics.completion_rate:.1%}"
    standing = (
        f"{counts.completed} completed ({counts.incomplete} with gaps), {counts.failed} failed, "
        f"{counts.cancelled} cancelled, {counts.running} running"
    )
    errors = ", ".join(f"{one_line(code)} {count}" for code, count in metrics.errors_by_type.items())
    lines = [
        f"{metrics.since:%Y-%m-%d %H:%M} to {metrics.until:%Y-%m-%d %H:%M} UTC",
        f"  generations: {standing}",
        f"  completion rate: {rate}",
        f"  critical errors: {metrics.critical_errors}",
        f"  failed steps: {errors or 'none'}",
        f"  retries: {metrics.retries}",
        f"  time to the first panel: {_times(metrics.time_to_first_panel)}",
        f"  time in all: {_times(metrics.total_time)}",
    ]
    if metrics.truncated:
        lines.append("  (of some of the generations: there are more than are looked at)")
    return "\n".join(lines)


def _line(generation: AdminGeneration) -> str:
    parts = [
        f"{one_line(generation.id)}  {generation.status:<9}  {generation.created_at:%Y-%m-%d %H:%M:%S}",
        f"characters {_counts(generation.characters)}, panels {_counts(generation.panels)}",
    ]
    parts += [f"{failure.step} {failure.index + 1}: {one_line(failure.code)}" for failure in generation.failures]
    if generation.usage:
        parts.append(f"{generation.usage.calls} calls, {_price(generation.usage)}")
    return "  ".join(parts)


def _price(usage: UsageReport) -> str:
    return "price not known" if usage.price is None else f"{usage.price:.4f} {usage.currency}"


def _counts(counts: ItemCounts) -> str:
    return f"{counts.done}/{counts.total if counts.total is not None else '?'}"


def _times(times: Durations) -> str:
    if times.p50_s is None or times.p95_s is None or times.max_s is None:
        return "none measured"
    return f"{times.p50_s:.1f} s (half), {times.p95_s:.1f} s (95 %), {times.max_s:.1f} s (all {times.count})"
