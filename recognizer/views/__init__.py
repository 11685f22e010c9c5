"""What visitors and programs ask for: each module is one page, or one address of the API."""
