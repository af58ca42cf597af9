"""What a newsroom wants to know before readers do: what leads nowhere, what is missing, what leaks, what will fail."""

from sitegen.check.embargo import embargo_leaks
from sitegen.check.run import Checked, checked, leaks_in_output

__all__ = ["Checked", "checked", "embargo_leaks", "leaks_in_output"]
