"""The ground floor: what every room stands on. The version, the error tree, and where the state lives.

`addon` may import `engine`, `cache` and `certs`, which do not know each other; all four may import this package,
which imports none of them.
"""

__version__ = "0.1.0"
