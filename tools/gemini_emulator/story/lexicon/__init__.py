"""Tables of words and their meanings."""
