"""The preview: the site as its writers work on it."""
