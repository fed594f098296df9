"""Tests that mirror the package's folder of this name."""
