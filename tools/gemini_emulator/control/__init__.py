"""What a test or a demo may set and look at: calls, faults and latency."""
