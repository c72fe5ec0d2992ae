"""Single panels by the app's activity, each with many uploaded references: no host, no engine, no worker library."""
