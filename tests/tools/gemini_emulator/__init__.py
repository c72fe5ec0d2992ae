"""The model emulator, called by the real google-genai client."""
