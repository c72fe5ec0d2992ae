"""A local server that answers the Gemini REST API: it reads stories and draws storyboard panels.

With it the app runs, is tested and is shown without a key. It shares no code with the app and knows Gemini only
by its public REST format (https://ai.google.dev/api/generate-content).

    wire/      Gemini's format: requests, answers, errors, response schemas
    control/   what tests control or read: calls, faults, latency, rates
    story/     reads a story: characters, setting, dialogue, panels
    drawing/   draws a character sheet or a panel
"""
