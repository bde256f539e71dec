"""Tests of the project itself: its laws, its reference pages, its message catalogues."""
