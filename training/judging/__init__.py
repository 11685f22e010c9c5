"""How good a version is, and whether it may take the place of the live one. NumPy and LiteRT."""
