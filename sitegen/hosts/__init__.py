"""Configurations for servers and services, which say of a site what its output alone cannot."""

from sitegen.hosts.write import KINDS, host_config

__all__ = ["KINDS", "host_config"]
