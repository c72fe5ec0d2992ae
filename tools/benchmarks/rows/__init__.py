"""One file a row: what is measured beside what, and what has to be reached."""
