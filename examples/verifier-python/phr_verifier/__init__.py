"""A verifier of PHR-Link tokens, written from the specification alone."""

__version__ = "0.1.0"
