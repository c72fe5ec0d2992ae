"""Answers of the app as text for the terminal."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from client.state import ChapterState, Counts, GenerationState, ImageKind, ImageVersions
from shared.models.http.admin import AdminGeneration, AdminGenerations, AdminMetrics, Durations
from shared.models.http.estimate import Counted, GenerationEstimate, Measured
from shared.models.http.lettering import LanguageStatus
from shared.models.usage import CostReport, PartCost, UsageReport
from shared.text.clean import one_line


def describe_state(generation_id: str, state: GenerationState) -> str:
    """Return the state of a generation."""
    title = f"“{one_line(state.title)}”" if state.title else "no title yet"
    style = one_line(state.style or "style unknown") + (", without dialogue" if state.no_dialogue else "")
    lines = [
        f"{one_line(generation_id)}: {state.status}{', stopped after the plan' if state.stopped_after else ''}",
        f"  {title} ({style})",
        f"  characters: {_drawn(state.progress.characters)}",
        f"  panels: {_drawn(state.progress.panels)}",
    ]
    if state.usage is not None:
        lines.append(f"  used: {describe_usage(state.usage)}")
    if state.cost is not None:
        lines.append(f"  {describe_parts(state.cost)}")
    if state.languages:
        lines.append(f"  languages: {', '.join(_language(each) for each in state.languages)}")
    lines += [f"  {line}" for line in _versions("character", state.images.characters)]
    lines += [f"  {line}" for line in _versions("panel", state.images.panels)]
    lines += [f"  {line}" for line in _chapters(generation_id, state.chapters)]
    if state.share is not None:
        lines.append(f"  shared: {one_line(state.share.url)} (until {state.share.expires:%Y-%m-%d %H:%M} UTC)")
    if state.created_at is not None:
        lines.append(f"  started: {state.created_at:%Y-%m-%d %H:%M:%S} UTC")
    if state.finished_at is not None:
        lines.append(f"  ended: {state.finished_at:%Y-%m-%d %H:%M:%S} UTC")
    return "\n".join(lines)


def _language(state: LanguageStatus) -> str:
    return one_line(state.language) + ("" if state.status == "done" else f" ({state.status})")


def _chapters(generation_id: str, chapters: Sequence[ChapterState]) -> list[str]:
    """Return a line for each chapter."""
    return [
        f"chapter {chapter.number}: {chapter.status}  {one_line(chapter.id)}  {one_line(chapter.title or '')}".rstrip()
        + (" (this one)" if chapter.id == generation_id else "")
        for chapter in chapters
    ]


def describe_chapters(estimate: GenerationEstimate) -> list[str]:
    """Return a line for each chapter that a text would be cut into."""
    return [
        f"chapter {chapter.number}, {chapter.words} words: {one_line(chapter.first_words)}"
        for chapter in estimate.chapters
    ]


def _versions(kind: ImageKind, images: Sequence[ImageVersions]) -> list[str]:
    """Return a line for each image that has several versions."""
    return [
        f"{kind} {number}: version {image.version} of {', '.join(map(str, image.versions))} counts"
        for number, image in enumerate(images, start=1)
        if len(image.versions) > 1
    ]


def describe_usage(usage: UsageReport) -> str:
    """Return what a generation used and cost."""
    price = "price unknown" if usage.price is None else f"{usage.price:.3f} {one_line(usage.currency)}"
    tokens = usage.input_tokens + usage.output_tokens
    return f"{usage.calls} calls, {usage.images} images, {tokens:,} tokens; {price}"


def describe_parts(cost: CostReport) -> str:
    """Return what each part of a generation cost."""
    parts = cost.parts
    shown = {"story": parts.story, "script": parts.script, "characters": parts.characters, "panels": parts.panels}
    return f"by part: {', '.join(f'{name} {_price(part, cost)}' for name, part in shown.items())}"


def _price(part: PartCost, cost: CostReport) -> str:
    if cost.is_free:
        return "free"
    return "unknown" if part.price is None else f"{part.price:.3f} {cost.currency}"


def describe_estimate(estimate: GenerationEstimate) -> str:
    """Return an estimate, each figure with its range."""
    minutes, price = estimate.minutes, estimate.price
    cost = (
        "unknown: the app has no price for its models"
        if price is None
        else f"about {price.expected:.2f} {estimate.currency} ({price.min:.2f} to {highest_price(price)})"
    )
    return "\n".join(
        [
            f"{estimate.words} words: {_range(estimate.characters)} characters, {_range(estimate.panels)} panels",
            f"  model calls: {_range(estimate.calls)}",
            f"  minutes: about {minutes.expected:.1f} ({minutes.min:.1f} to {minutes.max:.1f})",
            f"  price: {cost}",
            *(f"  {line}" for line in describe_chapters(estimate)),
        ]
    )


def summarize_estimate(estimate: GenerationEstimate) -> str:
    """Return an estimate in one line."""
    minutes = max(1, round(estimate.minutes.expected))
    likely = estimate.likely_panels
    panels = f"{likely.min} to {likely.max} panels" if likely else f"About {estimate.panels.expected} panels"
    if estimate.panels.min == estimate.panels.max:
        # A retry knows what is missing.
        images = estimate.characters.max + estimate.panels.max
        panels = f"{images} image{'s' if images > 1 else ''}"
    size = f"{panels}, about {minutes} minute{'s' if minutes > 1 else ''}"
    if estimate.is_free:
        return f"{size}, free: test pictures."
    if estimate.price is None:
        return f"{size}. The app knows no price for its models."
    return f"{size}, about ${estimate.price.expected:.2f} (at most ${highest_price(estimate.price)})."


def highest_price(price: Measured) -> Decimal:
    """Return the highest price in dollars, rounded up to whole cents, so that a limit of it covers the estimate."""
    return Decimal(str(price.max)).quantize(Decimal("0.01"), ROUND_CEILING)


def describe_generations(page: AdminGenerations) -> str:
    """Return a line for each generation, and the option that shows more."""
    lines = [_generation_line(generation) for generation in page.generations] or ["no generations found"]
    if page.next_token is not None:
        lines.append(f"more: --token {one_line(page.next_token)}")
    return "\n".join(lines)


def describe_metrics(metrics: AdminMetrics) -> str:
    """Return the metrics, one per line."""
    counts = metrics.generations
    rate = "none ended" if metrics.completion_rate is None else f"{metrics.completion_rate:.1%}"
    by_status = (
        f"{counts.completed} completed ({counts.incomplete} with gaps), {counts.failed} failed, "
        f"{counts.cancelled} cancelled, {counts.running} running"
    )
    errors = ", ".join(f"{one_line(code)} {count}" for code, count in metrics.errors_by_type.items())
    lines = [
        f"{metrics.since:%Y-%m-%d %H:%M} to {metrics.until:%Y-%m-%d %H:%M} UTC",
        f"  generations: {by_status}",
        f"  completion rate: {rate}",
        f"  critical errors: {metrics.critical_errors}",
        f"  failed steps: {errors or 'none'}",
        f"  retries: {metrics.retries}",
        f"  time to the first panel: {_times(metrics.time_to_first_panel)}",
        f"  total time: {_times(metrics.total_time)}",
    ]
    if metrics.truncated:
        lines.append("  (incomplete: there are more generations than the app counts at once)")
    return "\n".join(lines)


def _generation_line(generation: AdminGeneration) -> str:
    characters, panels = generation.characters, generation.panels
    parts = [
        f"{one_line(generation.id)}  {generation.status:<9}  {generation.created_at:%Y-%m-%d %H:%M:%S}",
        f"characters {characters.done}/{_known(characters.total)}, panels {panels.done}/{_known(panels.total)}",
    ]
    parts += [f"{failure.step} {failure.index + 1}: {one_line(failure.code)}" for failure in generation.failures]
    usage = generation.usage
    if usage:
        price = "price unknown" if usage.price is None else f"{usage.price:.4f} {usage.currency}"
        parts.append(f"{usage.calls} calls, {price}")
    return "  ".join(parts)


def _known(total: int | None) -> str:
    return "?" if total is None else str(total)


def _times(times: Durations) -> str:
    if times.p50_s is None or times.p95_s is None or times.max_s is None:
        return "none measured"
    return f"{times.p50_s:.1f} s (50 %), {times.p95_s:.1f} s (95 %), {times.max_s:.1f} s (all {times.count})"


def _range(counted: Counted) -> str:
    return f"about {counted.expected} ({counted.min} to {counted.max})"


def _drawn(counts: Counts) -> str:
    drawn = f"{counts.done} of {counts.total} drawn" if counts.total is not None else "not planned yet"
    return f"{drawn}, {counts.failed} failed" if counts.failed else drawn
