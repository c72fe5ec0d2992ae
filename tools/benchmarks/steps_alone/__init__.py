"""The app's own steps, called straight: no host, no engine, no worker library, no stream."""
