"""What people write, read: front matter, dates, stories, standing pages, authors, data.  No I/O, no clock."""
