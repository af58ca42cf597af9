"""Values to bytes: pages, feeds, sitemaps.  No file is read or written here."""
