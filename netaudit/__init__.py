"""What is on our network, where it is plugged in, who answers for it, and who has not filed it yet."""

__version__ = "0.1.0"
