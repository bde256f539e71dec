"""What can keep a lab from running, told apart: the machine does not allow it, or the lab itself is broken."""


class LabError(RuntimeError):
    """The lab could not do what it was asked to do; this is a defect or a misuse, never a reason to skip a test."""


class LabUnavailableError(RuntimeError):
    """This machine cannot run the lab; `hint` says what would change that."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} ({hint})" if hint else message)
        self.message = message
        self.hint = hint
