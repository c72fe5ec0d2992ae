"""Timer triggers: their schedules, what is remembered of them, and running them."""
