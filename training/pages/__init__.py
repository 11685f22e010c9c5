"""What the pages of versions and runs draw."""
