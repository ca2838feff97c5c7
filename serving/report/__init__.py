"""The report: one HTML file that needs no server and no network."""

from serving.report.page import render

__all__ = ["render"]
