"""Pictures, as far as a site must know them: how large they are, whether they are whole, what in them is for nobody.

Nothing is ever decoded: what is read is the header, so that a picture of a billion pixels costs what any other does.
"""

from sitegen.content.pictures.header import SUFFIXES, look
from sitegen.content.pictures.kinds import Picture
from sitegen.content.pictures.stripping import stripped

__all__ = ["SUFFIXES", "Picture", "look", "stripped"]
