"""What a newsroom has, as frozen values: no file, no HTML, no behaviour beyond what follows from the fields."""
