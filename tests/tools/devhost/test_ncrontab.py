"""When NCRONTAB schedules are due."""

from datetime import UTC, datetime, timedelta

import pytest

from tools.devhost.timers.ncrontab import ScheduleError, parse_crontab
from tools.devhost.timers.schedule import parse_schedule

# A Monday.
MOMENT = datetime(2026, 11, 23, 10, 20, 30, 400, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "due"),
    [
        ("* * * * * *", "2026-11-23 10:20:31"),
        ("*/20 * * * * *", "2026-11-23 10:20:40"),
        ("30 20 10 * * *", "2026-11-24 10:20:30"),
        ("0 */5 * * * *", "2026-11-23 10:25:00"),
        ("0 7/20 * * * *", "2026-11-23 10:27:00"),
        ("*/5 * * * *", "2026-11-23 10:25:00"),
        ("0 17 3 * * *", "2026-11-24 03:17:00"),
        ("0 0 9-11 * * *", "2026-11-23 11:00:00"),
        ("0 0 0 * * mon-fri", "2026-11-24 00:00:00"),
        ("0 0 0 * * Sunday", "2026-11-29 00:00:00"),
        ("0 0 0 * * 0", "2026-11-29 00:00:00"),
        ("0 30 9 1,15 jan,feb *", "2027-01-01 09:30:00"),
        ("0 0 0 31 * *", "2026-12-31 00:00:00"),
        ("0 0 0 29 2 *", "2028-02-29 00:00:00"),
        ("0 0 0 13 * fri", "2027-08-13 00:00:00"),
        ("00:30:00", "2026-11-23 10:50:30"),
        ("1.00:00:00", "2026-11-24 10:20:30"),
    ],
)
def test_next_occurrence_matches_the_schedule(schedule: str, due: str) -> None:
    found = parse_schedule(schedule).next_after(MOMENT)

    assert f"{found:%Y-%m-%d %H:%M:%S}" == due
    assert found.tzinfo is UTC


def test_next_occurrence_is_never_the_current_time() -> None:
    schedule = parse_crontab("0 0 * * * *")
    first = schedule.next_after(MOMENT)

    assert schedule.next_after(first) == first + timedelta(hours=1)


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "* * * *",
        "* * * * * * *",
        "60 * * * * *",
        "* * 24 * * *",
        "* * * 0 * *",
        "* * * * 13 *",
        "* * * * * 7",
        "a * * * * *",
        "*/0 * * * * *",
        "5-1 * * * * *",
        "1--2 * * * * *",
        "-1 * * * * *",
        "0 0 0 L * *",
        "0 0 0 15W * *",
        "0 0 0 * * 5#2",
        "@daily",
        "00:00:00",
    ],
)
def test_invalid_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(ScheduleError):
        parse_schedule(schedule)


def test_schedule_without_any_occurrence_has_no_next_one() -> None:
    with pytest.raises(ScheduleError):
        parse_crontab("0 0 0 30 2 *").next_after(MOMENT)
