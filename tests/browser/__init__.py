"""The page in a real browser, on the whole app: what a person sees, does and loses, or does not."""
