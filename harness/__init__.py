"""A load and resilience harness for external key management.

Imports nothing: boto3 before locust breaks ssl under gevent, so who imports what matters.
"""
