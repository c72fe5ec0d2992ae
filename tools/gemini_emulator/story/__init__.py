"""Reads a story: who is in it, where and when it plays, who says what, and in which beats."""
