"""Gemini's REST format: requests, answers, errors and response schemas."""
