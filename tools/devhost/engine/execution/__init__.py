"""Pure rules of an execution: its history, the replay of its actions, and what an episode changes."""
