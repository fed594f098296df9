"""A plan, run in real time under Locust. Only `locustfile` here imports Locust."""
