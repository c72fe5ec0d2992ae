"""The model emulator, asked by the real google-genai client."""
