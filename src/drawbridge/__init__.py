"""drawbridge."""
