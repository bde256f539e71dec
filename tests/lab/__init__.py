"""A miniature e-government extranet in network namespaces that really forwards frames, and the truth about it."""

from .errors import LabError, LabUnavailableError
from .network import Lab, attach, running, start

__all__ = ["Lab", "LabError", "LabUnavailableError", "attach", "running", "start"]
