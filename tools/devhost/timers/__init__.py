"""Timer triggers: schedules, the schedule monitor, and running them."""
