"""Single panels by the app's activity, each with many large references: no host, no engine, no worker library."""
