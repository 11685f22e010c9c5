"""What the public pages of the dataset draw and serve."""
