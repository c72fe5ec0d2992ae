"""Words and what they tell: plain tables, no logic beyond looking up."""
