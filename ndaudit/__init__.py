"""ndaudit: an audit workbench for the social insurance offices of Mongolia."""

__version__ = "0.1.0"
