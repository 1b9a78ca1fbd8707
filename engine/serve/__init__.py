"""Styles for programs on other machines: policies and moves over HTTP."""
