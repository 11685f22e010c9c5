"""PostgreSQL and Valkey from wheels, as plain foreground processes on loopback.

The wheels' own Python (`get_server()` and the like) is not used: as root it adds users and opens parent
folders, it trusts every connection, and it fails to start again after a SIGKILL.
"""
