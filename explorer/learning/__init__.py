"""Training the shipped networks, and drawings made from photographs."""
