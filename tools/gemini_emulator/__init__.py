"""A local server that answers the Gemini REST API: it reads stories and draws storyboard panels.

It exists so that the app can run, be tested and be shown without a key. It shares no code with the app and
knows Gemini only by its public REST format (https://ai.google.dev/api/generate-content).

    wire/      Gemini's format: requests, answers, errors, response schemas
    control/   what a test may set or look at: calls, faults, latency, rates
    story/     reads a story: who, where, when, who says what, which beats
    drawing/   draws a character sheet or a panel
"""
