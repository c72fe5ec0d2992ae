"""Whole processes under a seeded schedule of faults: nothing may be lost, doubled, reordered or paid for twice."""
