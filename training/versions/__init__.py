"""What is kept of a version, and which one is live."""
