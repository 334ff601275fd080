"""Honours: campaigns, nominations, votes and public notices will live here, above the registry they read."""
