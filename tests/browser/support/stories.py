"""Stories of several lengths."""

from tools.devstack.stack import REPOSITORY

SHORT = 'Mira walked along the harbour. "The boat is gone," said Jon. Mira laughed and ran to the water.'
LONG = (REPOSITORY / "examples" / "lighthouse.txt").read_text()
MIDDLE = """The Red Sail

Mira walked along the harbour in the rain, as she did every morning before school, and counted the boats. One of them
was gone. Only a wet rope was left at the ring, and it pointed out to sea.

"Who took it?" asked Jon, who had come running from the baker with a warm loaf under his coat.

"The sea did," said Mira. "It borrows things when nobody looks."

They ran along the quay to the lighthouse and up its hundred steps. Far out, between two waves, a red sail turned in
the wind, and a small grey cat sat at the helm as if it had never done anything else.

"There it is!" cried Jon. Mira laughed, took off her scarf and waved it like a flag, until the boat came about and
sailed home."""
NEXT = 'Mira sailed to the island. "Nobody is here," said Jon. Mira climbed a hill and waved.'
# Too long for one comic: two chapters.
TWO_CHAPTERS = "\n\n".join([MIDDLE] * 4)
