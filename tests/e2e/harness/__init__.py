"""The stage of the end-to-end tests: a stand-in for Twitter, a way to it, proxies and real browsers.

Everything listens on loopback only, on ports the system picks, and needs no root.
"""
