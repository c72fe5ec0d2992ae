"""The app's own steps called straight, one after another: no host, no engine, no worker library, no stream."""
